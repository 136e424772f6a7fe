/** The flight recorder: `npm run order -- <id> [--replay] [--json]`. */
import { parseArgs } from 'node:util';
import { replay } from '../../functions/console/story/replay.ts';
import { tellStory } from '../../functions/console/story/tellStory.ts';
import { readSettings } from '../../functions/settings.ts';
import { replayText, storyText } from './text.ts';

const help = `npm run order -- <id> [--replay] [--json]

Tells an order's whole story in one timeline: its records in Kafka with their offsets, its state and timers in Redis,
its e-mails, and its documents in Elasticsearch, with everything that happened again (redeliveries, retries, copies).
  --replay   runs its records again through the functions as they are now, in memory, and shows what would differ;
             ends with 1 where something would
  --json     the whole story as JSON`;

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { json: { type: 'boolean' }, replay: { type: 'boolean' }, help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(help);
    return 0;
  }
  const [id = '', ...more] = positionals;
  if (!uuid.test(id) || more.length > 0) throw new Error(`"${positionals.join(' ')}" is no order id.\n\n${help}`);
  const settings = readSettings();
  const story = await tellStory(settings, id);
  if (story.records.length === 0 && !story.order) throw new Error(`Nothing is known of an order ${id}.`);
  const again = values.replay ? await replay(story, settings) : undefined;
  if (values.json) console.log(JSON.stringify({ ...story, ...(again && { replay: again }) }, null, 2));
  else console.log([storyText(story, settings.language), ...(again ? [replayText(again)] : [])].join('\n\n'));
  return again && again.differences.length > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error instanceof Error ? error.message : error);
    process.exit(2);
  },
);
