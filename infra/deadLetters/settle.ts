import type { Admin, IHeaders, Kafka, Message, Transaction } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { settledHeader } from '../../functions/runtime/deadLetter.ts';
import type { KafkaPlace } from '../../functions/runtime/ranges.kafka.ts';
import { systemClock } from '../clock.ts';
import { isProvenance, type Letter, openLetters, sourceOf } from './letters.ts';

/** How a dead letter was dealt with, as its mark says. */
export type Action = 'redriven' | 'dropped';

/** Letters, and bytes of them, that share a transaction: all of them are dealt with, or none. A request may hold 1 MB. */
const together = { letters: 200, bytes: 500_000 } as const;

const withoutProvenance = (headers: IHeaders): IHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isProvenance(name)));

/**
 * The record as it first came, back to where it came from; the same key finds the same partition again. Its time is that of
 * now, or retention might remove it at once: the one that it had goes along in a header.
 */
function original({ key, value, headers, provenance }: Letter): Message {
  const told: IHeaders = { 'dead.redriven': `${Number(provenance.redriven ?? 0) + 1}` };
  if (provenance.timestamp) told['dead.timestamp'] = provenance.timestamp;
  return { key, value, headers: { ...withoutProvenance(headers), ...told } };
}

const marker = ({ partition, offset }: Letter, action: Action): Message => ({
  value: null,
  headers: {
    [settledHeader]: `${partition}:${offset}`,
    'dead.action': action,
    'dead.at': new Date(systemClock.now()).toISOString(),
  },
});

/** One dead-letter topic in the hands of this process alone. */
export type Settler = Readonly<{
  /**
   * Sends letters back to the topics that they came from, or drops them. A letter and the mark that it is dealt with
   * are written in one transaction: stopped anywhere, the next run does what is missing, and nothing twice.
   * @param onSettled called after each transaction
   */
  settle(letters: readonly Letter[], action: Action, onSettled: (count: number) => void): Promise<void>;
  close(): Promise<void>;
}>;

/**
 * Takes the topic from whoever deals with it now: what he has begun is committed or undone when this resolves, and he
 * can do no more. Only what is read of the topic after that is sure to be open.
 */
export async function takeOver(kafka: Kafka, deadTopic: string): Promise<Settler> {
  const producer = kafka.producer({
    transactionalId: `dead-${deadTopic}`,
    idempotent: true,
    maxInFlightRequests: 1,
    createPartitioner: Partitioners.DefaultPartitioner,
    retry: { initialRetryTime: 10, retries: 50, maxRetryTime: 1000 },
  });
  await producer.connect();
  // kafkajs takes the place of an earlier producer only with its own first transaction.
  const first = await producer.transaction();
  await first.abort();
  return {
    async settle(letters, action, onSettled) {
      for (const some of portions(letters)) {
        await settleTogether(await producer.transaction(), deadTopic, some, action);
        onSettled(some.length);
      }
    },
    close: () => producer.disconnect(),
  };
}

const bytesOf = ({ key, value, headers }: Letter): number =>
  [key, value, ...Object.values(headers).flat()].reduce((sum, part) => sum + Buffer.byteLength(part ?? ''), 0);

/** In as many transactions as they need; a letter that is larger than one should be has its own. */
function* portions(letters: readonly Letter[]): Generator<readonly Letter[]> {
  let [some, bytes]: [Letter[], number] = [[], 0];
  for (const letter of letters) {
    const more = bytesOf(letter);
    if (some.length === together.letters || (some.length > 0 && bytes + more > together.bytes)) {
      yield some;
      [some, bytes] = [[], 0];
    }
    some.push(letter);
    bytes += more;
  }
  if (some.length > 0) yield some;
}

async function settleTogether(
  transaction: Transaction,
  deadTopic: string,
  letters: readonly Letter[],
  action: Action,
): Promise<void> {
  const back = action === 'redriven' ? [{ topic: sourceOf({ deadTopic }), messages: letters.map(original) }] : [];
  const marks = { topic: deadTopic, messages: letters.map((letter) => marker(letter, action)) };
  try {
    await transaction.sendBatch({ topicMessages: [...back, marks] });
    await transaction.commit();
  } catch (error) {
    await transaction.abort().catch(() => undefined);
    throw error;
  }
}

/**
 * Lets Kafka forget a topic's letters and marks once every one of them is dealt with. The end that a transaction puts
 * behind its marks may come only after the first look at the topic: it goes in a second turn.
 */
export async function forgetSettled(place: KafkaPlace, admin: Admin, deadTopic: string): Promise<void> {
  for (;;) {
    const ends = (await admin.fetchTopicOffsets(deadTopic)).filter(({ low, high }) => low !== high);
    if (ends.length === 0 || (await openLetters(place, admin, deadTopic)).length > 0) return;
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic: deadTopic, partitions });
  }
}
