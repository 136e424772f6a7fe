/** Reads stretches of topics, for those who look back into the log: nothing is committed, no group is left behind. */
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, IHeaders, KafkaJSError } from 'kafkajs';
import { Kafka, logLevel } from '../../infra/kafkajs/kafkajs.ts';
import type { Settings } from '../settings.ts';

/** The records from offset `from` up to, and without, `to`. `topic` is as in Kafka, with the namespace. */
export type Range = Readonly<{ topic: string; partition: number; from: number; to: number }>;

/** One record, as Kafka has it. */
export type KeptRecord = Readonly<{
  topic: string;
  partition: number;
  offset: number;
  /** ms since 1970 */
  timestamp: number;
  key: Buffer | null;
  /** Null for a tombstone. */
  value: Buffer | null;
  headers: IHeaders;
}>;

/** Takes one record; `false` says that no more of its partition is wanted. */
type Take = (record: KeptRecord) => unknown;

/** Joins that the broker refuses for the moment, before it is given up. */
const mostAttempts = 10;

/** As long (ms) as fetches bring no record, the rest of a range is taken to hold none: it was compacted away. */
const quietMilliseconds = 5000;

type Open = { topic: string; partition: number; next: number; to: number };
const nameOf = (topic: string, partition: number): string => `${topic}-${partition}`;

/**
 * Tells every record of the ranges, oldest first in each partition.
 * @throws when Kafka does not answer, or `take` throws
 */
export async function readRanges(
  { kafkaBrokers, namespace }: Pick<Settings, 'kafkaBrokers' | 'namespace'>,
  ranges: readonly Range[],
  take: Take,
): Promise<void> {
  const open = new Map<string, Open>();
  for (const { topic, partition, from, to } of ranges) {
    if (from < to) open.set(nameOf(topic, partition), { topic, partition, next: from, to });
  }
  if (open.size === 0) return;
  // The first group on a new broker waits for seconds until the broker has made its own topic for groups.
  const retry = { retries: 10, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => false };
  const kafka = new Kafka({ brokers: kafkaBrokers, clientId: 'despacho-reader', logLevel: logLevel.NOTHING, retry });
  const groupId = `${namespace}reader-${randomUUID()}`;
  const read = async (attempt: number): Promise<void> => {
    const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000, retry });
    try {
      return await readAll(consumer, open, take);
    } catch (error) {
      if (!isPassing(error) || attempt === mostAttempts) throw error;
    } finally {
      await consumer.disconnect();
    }
    await delay(200 * attempt);
    return read(attempt + 1);
  };
  try {
    await read(1);
  } finally {
    const admin = kafka.admin();
    await admin.connect();
    // A group that committed nothing is forgotten by Kafka anyway.
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

/** Such as a broker that still loads what it knows of groups: kafkajs does not ask again by itself. */
const isPassing = (error: unknown): boolean => (error as Partial<KafkaJSError>).retriable === true;

async function readAll(consumer: Consumer, open: Map<string, Open>, take: Take): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let lastRecord: number | undefined;
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
  consumer.on('consumer.fetch', () => {
    lastRecord ??= performance.now();
    if (performance.now() - lastRecord > quietMilliseconds) resolve();
  });
  // A marker of a transaction is no message: where a range ends with one, only the fetch tells of its end.
  consumer.on('consumer.end_batch_process', ({ payload: { topic, partition, lastOffset } }) => {
    const name = nameOf(topic, partition);
    const range = open.get(name);
    if (range && Number(lastOffset) + 1 >= range.to) open.delete(name);
    if (open.size === 0) resolve();
  });
  const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    lastRecord = performance.now();
    const name = nameOf(batch.topic, batch.partition);
    const range = open.get(name);
    if (range) {
      try {
        if (readBatch(batch, range, take)) open.delete(name);
      } catch (error) {
        return reject(error);
      }
    }
    if (!open.has(name)) consumer.pause([{ topic: batch.topic, partitions: [batch.partition] }]);
    if (open.size === 0) resolve();
  };
  await consumer.connect();
  const wanted = [...open.values()];
  await consumer.subscribe({ topics: [...new Set(wanted.map(({ topic }) => topic))], fromBeginning: true });
  await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 4, eachBatch });
  for (const { topic, partition, next } of wanted) consumer.seek({ topic, partition, offset: String(next) });
  await promise;
}

/** @returns whether the range is read to its end */
function readBatch({ topic, partition, messages }: EachBatchPayload['batch'], range: Open, take: Take): boolean {
  for (const { offset: text, timestamp, key, value, headers = {} } of messages) {
    const offset = Number(text);
    // What was fetched before the seek is not wanted, or comes again.
    if (offset < range.next || offset >= range.to) continue;
    range.next = offset + 1;
    const record = { topic, partition, offset, timestamp: Number(timestamp), key, value, headers };
    if (take(record) === false) return true;
  }
  return range.next >= range.to;
}
