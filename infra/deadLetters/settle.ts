import type { Admin, IHeaders, Kafka, Message, Transaction } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { settledHeader } from '../../functions/runtime/deadLetter.ts';
import type { KafkaPlace } from '../../functions/runtime/ranges.kafka.ts';
import { systemClock } from '../clock.ts';
import { isProvenance, type Letter, openLetters } from './letters.ts';

export type Action = 'redriven' | 'dropped';

/** Letters that share a transaction: all of them are dealt with, or none. */
const together = 200;

const withoutProvenance = (headers: IHeaders): IHeaders =>
  Object.fromEntries(Object.entries(headers).filter(([name]) => !isProvenance(name)));

/** The record as it first came, back to where it came from; the same key finds the same partition again. */
function original({ key, value, headers, provenance }: Letter): Message {
  const times = Number(provenance.redriven ?? 0) + 1;
  const timestamp = provenance.timestamp ? { timestamp: provenance.timestamp } : {};
  return { key, value, ...timestamp, headers: { ...withoutProvenance(headers), 'dead.redriven': `${times}` } };
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
      for (let at = 0; at < letters.length; at += together) {
        const some = letters.slice(at, at + together);
        await settleTogether(await producer.transaction(), deadTopic, some, action);
        onSettled(some.length);
      }
    },
    close: () => producer.disconnect(),
  };
}

async function settleTogether(
  transaction: Transaction,
  deadTopic: string,
  letters: readonly Letter[],
  action: Action,
): Promise<void> {
  const sources =
    action === 'redriven'
      ? Map.groupBy(letters, ({ provenance }) => provenance.topic ?? '')
      : new Map<string, Letter[]>();
  const back = [...sources].map(([topic, list]) => ({ topic, messages: list.map(original) }));
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
