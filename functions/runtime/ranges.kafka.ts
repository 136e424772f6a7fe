/** Reads stretches of topics, for those who look back into the log: nothing is committed, no group is left behind. */
import { randomUUID } from 'node:crypto';
import { type Consumer, type EachBatchPayload, type IHeaders, Kafka, logLevel } from 'kafkajs';
import type { Settings } from './settings.ts';

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

/** Without any record for this long (ms) the rest of a range holds none: it was compacted away. */
const quietMilliseconds = 5000;

type Open = { next: number; to: number };
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
    if (from < to) open.set(nameOf(topic, partition), { next: from, to });
  }
  if (open.size === 0) return;
  // The first group on a new broker waits for seconds until the broker has made its own topic for groups.
  const retry = { retries: 10, initialRetryTime: 100, maxRetryTime: 1000 };
  const kafka = new Kafka({ brokers: kafkaBrokers, clientId: 'despacho-reader', logLevel: logLevel.NOTHING, retry });
  const groupId = `${namespace}reader-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000, retry });
  try {
    await readAll(consumer, ranges, open, take);
  } finally {
    await consumer.disconnect();
    const admin = kafka.admin();
    await admin.connect();
    // A group that committed nothing is forgotten by Kafka anyway.
    await admin.deleteGroups([groupId]).catch(() => undefined);
    await admin.disconnect();
  }
}

async function readAll(consumer: Consumer, ranges: readonly Range[], open: Map<string, Open>, take: Take) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const quiet = setTimeout(resolve, quietMilliseconds);
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
  // A marker of a transaction is no message: where a range ends with one, only the fetch tells of its end.
  consumer.on('consumer.end_batch_process', ({ payload: { topic, partition, lastOffset } }) => {
    const name = nameOf(topic, partition);
    const range = open.get(name);
    if (range && Number(lastOffset) + 1 >= range.to) open.delete(name);
    if (open.size === 0) resolve();
  });
  const eachBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    quiet.refresh();
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
  try {
    await consumer.connect();
    await consumer.subscribe({ topics: [...new Set(ranges.map(({ topic }) => topic))], fromBeginning: true });
    await consumer.run({ autoCommit: false, partitionsConsumedConcurrently: 4, eachBatch });
    for (const { topic, partition, from, to } of ranges) {
      if (from < to) consumer.seek({ topic, partition, offset: String(from) });
    }
    await promise;
  } finally {
    clearTimeout(quiet);
  }
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
