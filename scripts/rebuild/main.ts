/** Restores an engine from Kafka, the only truth: `npm run rebuild -- redis|elasticsearch`. */
import { parseArgs } from 'node:util';
import { readSettings } from '../../functions/settings.ts';
import { rebuildElasticsearch } from './elasticsearch.ts';
import { rebuildRedis } from './redis.ts';

const help = `npm run rebuild -- redis|elasticsearch

  redis          states, due times, timers and the marks of sent e-mails
  elasticsearch  every metric document

Reads Kafka alone. What is there already stays, so it can be run at any time, also while the system works. Ends with 1
and a list when something could not be restored; records of others in the topics are told and passed over.`;

/** A person reads these; the rest is counted. */
const mostShown = 20;

function listOf(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const more = lines.length > mostShown ? [`  … and ${lines.length - mostShown} more`] : [];
  return [`${lines.length} ${title}:`, ...lines.slice(0, mostShown).map((line) => `  ${line}`), ...more];
}

async function restore(engine: string | undefined) {
  const settings = readSettings();
  if (engine === 'redis') {
    const rebuilt = await rebuildRedis(settings);
    return { ...rebuilt, sum: `Redis: ${rebuilt.restored} orders restored, ${rebuilt.there} were there already` };
  }
  if (engine === 'elasticsearch') {
    const rebuilt = await rebuildElasticsearch(settings);
    return { ...rebuilt, sum: `Elasticsearch: it has the ${rebuilt.documents} documents that Kafka tells` };
  }
  throw new Error(`${engine === undefined ? 'The engine is missing' : `"${engine}" cannot be rebuilt`}.\n\n${help}`);
}

async function rebuild([engine, ...more]: readonly string[]): Promise<string> {
  if (more.length > 0) throw new Error(`Rebuild one engine at a time, not also ${more.join(' ')}.\n\n${help}`);
  const { sum, faults, passedOver } = await restore(engine);
  if (faults.length > 0) process.exitCode = 1;
  return [
    sum,
    ...listOf('records passed over', passedOver),
    ...listOf('could not be restored (a step that is only just being made is there when it is run again)', faults),
  ].join('\n');
}

try {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h', default: false } },
  });
  console.log(values.help ? help : await rebuild(positionals));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
