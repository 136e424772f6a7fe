/** Sends dead letters back, or drops them: what `npm run dead` and the console do. */
import type { Admin } from 'kafkajs';
import type { Settings } from '../../functions/settings.ts';
import { connectKafka } from '../kafkajs/kafkaClient.ts';
import { deadTopics, type Letter, openLetters } from './letters.ts';
import { madeWhole } from './madeWhole.ts';
import { type Action, forgetSettled, type Settler, takeOver } from './settle.ts';

/** Which letters are meant: all that are open, but for what is named here. */
type Choice = Readonly<{
  /** Of this topic, or of this dead-letter topic (without the namespace). */
  topic?: string | undefined;
  /** With this text in their reason or condition. */
  reason?: string | undefined;
  /** At this place in its dead-letter topic, as `<partition>:<offset>`. */
  at?: string | undefined;
  /** At most so many. */
  limit?: number | undefined;
}>;

/** `left`: how many are still open; `less`: those of them whose record is nowhere whole. */
type Settled = Readonly<{ settled: number; left: number; less: readonly Letter[] }>;

/** Dead letters in Kafka, within the namespace of the settings. All throw when Kafka does not answer. */
type DeadLetters = Readonly<{
  /** `open`: how many there are, chosen or not. @throws Error where no dead-letter topic has the chosen name */
  read(choice: Choice): Promise<{ letters: Letter[]; open: number }>;
  /**
   * Deals with the chosen letters, each once however often and by how many it is asked at the same time.
   * A letter that is less than its record goes back whole, out of the log; where that has it no more, it is left.
   * @param onProgress told the letters done and how many it will be, after each transaction
   */
  settle(choice: Choice, action: Action, onProgress?: (done: number, of: number) => void): Promise<Settled>;
  close(): Promise<void>;
}>;

/** Connects at once. @throws when Kafka does not answer */
export async function openDeadLetters(settings: Settings): Promise<DeadLetters> {
  const kafka = connectKafka(settings, 'despacho-dead', 'answersSoon');
  const admin = kafka.admin();
  await admin.connect();
  const read = (choice: Choice) => readChosen(settings, admin, choice);
  return {
    read,
    async settle(choice, action, onProgress = () => undefined) {
      const { letters: promising } = await read(choice);
      const settlers = new Map<string, Settler>();
      try {
        for (const { deadTopic } of promising)
          if (!settlers.has(deadTopic)) settlers.set(deadTopic, await takeOver(kafka, deadTopic));
        const { letters, open } = await read(choice);
        const held = letters.filter(({ deadTopic }) => settlers.has(deadTopic));
        const { whole: mine, less } =
          action === 'redriven' ? await madeWhole(settings, admin, held) : { whole: held, less: [] };
        let done = 0;
        for (const [deadTopic, settler] of settlers) {
          const own = mine.filter((letter) => letter.deadTopic === deadTopic);
          await settler.settle(own, action, (count) => {
            done += count;
            onProgress(done, mine.length);
          });
          await forgetSettled(settings, admin, deadTopic);
        }
        return { settled: mine.length, left: open - mine.length, less };
      } finally {
        await Promise.all([...settlers.values()].map((settler) => settler.close()));
      }
    },
    close: () => admin.disconnect(),
  };
}

async function readChosen(settings: Settings, admin: Admin, { topic, reason = '', at, limit }: Choice) {
  const all: Letter[] = [];
  for (const name of await deadTopics(admin, settings.namespace, topic))
    all.push(...(await openLetters(settings, admin, name)));
  const wanted = ({ provenance, partition, offset }: Letter) =>
    `${provenance.condition}: ${provenance.reason}`.includes(reason) &&
    (at === undefined || at === `${partition}:${offset}`);
  return { letters: all.filter(wanted).slice(0, limit), open: all.length };
}

/**
 * Sends one letter back to where it came from. `topic`: the dead-letter topic, without the namespace.
 * @returns false where it was dealt with already
 */
export async function redrive(
  settings: Settings,
  { topic, partition, offset }: Readonly<{ topic: string; partition: number; offset: number }>,
): Promise<boolean> {
  const letters = await openDeadLetters(settings);
  try {
    return (await letters.settle({ topic, at: `${partition}:${offset}` }, 'redriven')).settled > 0;
  } finally {
    await letters.close();
  }
}
