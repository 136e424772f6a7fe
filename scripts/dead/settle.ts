import type { Admin, IHeaders, Kafka, Message } from 'kafkajs';
import { Partitioners } from 'kafkajs';
import { settledHeader } from '../../functions/runtime/deadLetters.ts';
import type { Settings } from '../../functions/runtime/settings.ts';
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
  headers: { [settledHeader]: `${partition}:${offset}`, 'dead.action': action, 'dead.at': new Date().toISOString() },
});

/**
 * Sends letters back to the topics that they came from, or drops them. A letter and the mark that it is dealt with
 * are written in one transaction: stopped anywhere, the next run does what is missing, and nothing twice. Two runs at
 * once cannot do the same letters: the later one takes the earlier one's place.
 * @param onSettled called after each transaction
 */
export async function settle(
  kafka: Kafka,
  letters: readonly Letter[],
  action: Action,
  onSettled: (count: number) => void,
): Promise<void> {
  for (const [deadTopic, own] of Map.groupBy(letters, (letter) => letter.deadTopic)) {
    const producer = kafka.producer({
      transactionalId: `dead-${deadTopic}`,
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: Partitioners.DefaultPartitioner,
      retry: { initialRetryTime: 10, retries: 50, maxRetryTime: 1000 },
    });
    await producer.connect();
    try {
      for (let at = 0; at < own.length; at += together) {
        const some = own.slice(at, at + together);
        const transaction = await producer.transaction();
        try {
          const sources =
            action === 'redriven' ? Map.groupBy(some, ({ provenance }) => provenance.topic ?? '') : new Map();
          const back = [...sources].map(([topic, list]) => ({ topic, messages: list.map(original) }));
          const marks = { topic: deadTopic, messages: some.map((letter) => marker(letter, action)) };
          await transaction.sendBatch({ topicMessages: [...back, marks] });
          await transaction.commit();
        } catch (error) {
          await transaction.abort().catch(() => undefined);
          throw error;
        }
        onSettled(some.length);
      }
    } finally {
      await producer.disconnect();
    }
  }
}

/**
 * Lets Kafka forget a topic's letters and marks once every one of them is dealt with. The end that a transaction puts
 * behind its marks may come only after the first look at the topic: it goes in a second turn.
 */
export async function forgetSettled(settings: Settings, admin: Admin, deadTopic: string): Promise<void> {
  for (;;) {
    const ends = (await admin.fetchTopicOffsets(deadTopic)).filter(({ low, high }) => low !== high);
    if (ends.length === 0 || (await openLetters(settings, admin, deadTopic)).length > 0) return;
    const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
    await admin.deleteTopicRecords({ topic: deadTopic, partitions });
  }
}
