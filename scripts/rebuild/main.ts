/** Restores an engine from Kafka, the only truth: `npm run rebuild -- redis|elasticsearch`. */
import { z } from 'zod';
import { readSettings } from '../../functions/settings.ts';
import { readCommandLine } from '../../infra/commandLine.ts';
import { rebuildElasticsearch } from '../../infra/rebuild/elasticsearch.ts';
import { withKept } from '../../infra/rebuild/kept.ts';
import { rebuildRedis } from '../../infra/rebuild/redis.ts';
import { runMain } from '../../infra/runMain.ts';

const engines = ['redis', 'elasticsearch'] as const;

const commandLine = {
  name: 'npm run rebuild --',
  about: `Restores an engine from Kafka alone:
  redis          states, due times, timers and the marks of sent e-mails; no order that has ended longer ago than
                 DESPACHO_KEEP_FINISHED, and none of a customer who was forgotten
  elasticsearch  every metric document
What is there already stays, so it can be run at any time, also while the system works. Ends with 1 and a list when
something could not be restored; records of others in the topics are told and passed over.`,
  words: {
    engine: z.enum(engines, {
      error: ({ input }) =>
        `${input === undefined ? 'The engine is missing' : `"${input}" cannot be rebuilt`}: there are ${engines.join(' and ')}`,
    }),
  },
  flags: {},
};

/** A person reads these; the rest is counted. */
const mostShown = 20;

function listOf(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > mostShown ? [`  … and ${lines.length - mostShown} more`] : [];
  return [`${lines.length} ${title}:`, ...lines.slice(0, mostShown).map((line) => `  ${line}`), ...more];
}

async function restore(engine: (typeof engines)[number]) {
  const settings = readSettings();
  if (engine === 'redis') {
    const rebuilt = await withKept(settings, (kept) => rebuildRedis(settings, kept));
    return {
      ...rebuilt,
      sum: `Redis: ${rebuilt.restored} orders restored; the others were there already, or are kept no more`,
    };
  }
  const rebuilt = await rebuildElasticsearch(settings);
  return { ...rebuilt, sum: `Elasticsearch: it has the ${rebuilt.documents} documents that Kafka tells` };
}

runMain(async () => {
  const { engine } = readCommandLine(commandLine);
  const { sum, faults, passedOver } = await restore(engine);
  const lines = [
    sum,
    ...listOf('records passed over', passedOver),
    ...listOf('could not be restored (a step that is only just being made is there when it is run again)', faults),
  ];
  console.log(lines.join('\n'));
  return faults.length > 0 ? 1 : 0;
});
