/** Reads dead letters, and which of them have been dealt with. */
import { randomUUID } from 'node:crypto';
import type { Admin, IHeaders, Kafka } from 'kafkajs';
import { settledHeader } from '../../functions/runtime/deadLetters.ts';

/** A record in a dead-letter topic that nobody has dealt with yet. */
export type Letter = {
  deadTopic: string;
  partition: number;
  offset: number;
  key: Buffer | null;
  value: Buffer | null;
  headers: IHeaders;
  /** Its `dead.` headers, without the prefix. */
  provenance: Record<string, string>;
};

const prefix = 'dead.';

export const isProvenance = (name: string): boolean => name.startsWith(prefix);

/** The dead-letter topics of the namespace; of one source topic (or dead-letter topic), if it is named. */
export async function deadTopics(admin: Admin, namespace: string, topic?: string): Promise<string[]> {
  const all = (await admin.listTopics()).filter((name) => name.startsWith(namespace) && name.endsWith('.dead')).sort();
  if (topic === undefined) return all;
  const name = [`${namespace}${topic}`, `${namespace}${topic}.dead`].find((one) => all.includes(one));
  if (name) return [name];
  throw new Error(`--topic: there is no dead-letter topic of "${topic}"; there is ${all.join(', ') || 'none at all'}`);
}

type Message = { partition: number; offset: number; key: Buffer | null; value: Buffer | null; headers: IHeaders };

const texts = (headers: IHeaders): [string, string][] =>
  Object.entries(headers).map(([name, value]) => [name, String([value].flat()[0] ?? '')]);

/** Every letter of the topic that is still to be dealt with, oldest first in each partition. */
export async function openLetters(kafka: Kafka, admin: Admin, deadTopic: string): Promise<Letter[]> {
  const messages = await readAll(kafka, admin, deadTopic);
  const settled = new Set(messages.map(({ headers }) => String(headers[settledHeader] ?? '')));
  return messages
    .filter(({ partition, offset, headers }) => !headers[settledHeader] && !settled.has(`${partition}:${offset}`))
    .map((message) => {
      const own = texts(message.headers).filter(([name]) => isProvenance(name));
      const provenance = Object.fromEntries(own.map(([name, text]) => [name.slice(prefix.length), text]));
      return { ...message, deadTopic, provenance };
    });
}

/** What the topic holds at this moment; only what was committed, where transactions wrote it. */
async function readAll(kafka: Kafka, admin: Admin, topic: string): Promise<Message[]> {
  const spans = await admin.fetchTopicOffsets(topic);
  const open = new Map(
    spans.filter(({ low, high }) => Number(low) < Number(high)).map((span) => [span.partition, Number(span.high)]),
  );
  const found: Message[] = [];
  if (open.size === 0) return found;
  const groupId = `dead-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
  // A marker of a transaction is the last record of its partition, and no message: only the fetch tells of it.
  consumer.on('consumer.end_batch_process', ({ payload: { partition, lastOffset } }) => {
    if (Number(lastOffset) + 1 >= (open.get(partition) ?? 0)) open.delete(partition);
    if (open.size === 0) resolve();
  });
  try {
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch: { partition, messages } }) => {
        for (const { offset, key, value, headers } of messages)
          found.push({ partition, offset: Number(offset), key, value, headers: headers ?? {} });
      },
    });
    await promise;
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => {
      // A group that committed nothing is forgotten by Kafka anyway.
    });
  }
  return found;
}
