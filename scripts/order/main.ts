/** The flight recorder: `npm run order -- <id> [--replay] [--json]`. */
import { z } from 'zod';
import { replay } from '../../functions/console/story/replay.ts';
import { tellStory } from '../../functions/console/story/tellStory.ts';
import { masked } from '../../functions/masked.ts';
import { readSettings } from '../../functions/settings.ts';
import { readCommandLine, toggle } from '../../infra/commandLine.ts';
import { Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { replayText, storyText } from './text.ts';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const commandLine = {
  name: 'npm run order --',
  about: `Tells an order's whole story in one timeline: its records in Kafka with their offsets, its state and timers in
Redis, its e-mails, and its documents in Elasticsearch, with everything that happened again (redeliveries, retries,
copies).`,
  words: {
    id: z
      .string('The id of an order is missing: the answer to it told it, and so do its e-mails.')
      .regex(uuid, { error: ({ input }) => `"${input}" is no order id, which is a UUID in lower case.` }),
  },
  flags: {
    replay: toggle(`runs its records again through the functions as they are now, in memory, and shows what would
differ; ends with 1 where something would`),
    json: toggle('the whole story as JSON'),
    personal: toggle('with what was bought, the street and the e-mail address, which are masked otherwise'),
  },
};

async function main(): Promise<number> {
  const { id, json, personal, replay: again } = readCommandLine(commandLine);
  const settings = readSettings();
  const whole = await tellStory(settings, id);
  const story = personal ? whole : masked(whole);
  if (story.records.length === 0 && !story.order) {
    throw new Mistake('request', `Nothing is known of an order ${id}.`);
  }
  const replayed = again ? await replay(whole, settings) : undefined;
  const shown = replayed && (personal ? replayed : masked(replayed));
  if (json) console.log(JSON.stringify({ ...story, ...(shown && { replay: shown }) }, null, 2));
  else console.log([storyText(story, settings.language), ...(shown ? [replayText(shown)] : [])].join('\n\n'));
  return replayed && replayed.differences.length > 0 ? 1 : 0;
}

runMain(main, { trouble: 2 });
