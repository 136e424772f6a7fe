/** Reads stretches of topics, for those who look back into the log: nothing is committed, no group is left behind. */
import type { IHeaders, KafkaMessage } from 'kafkajs';
import { connectKafka, type KafkaAccess } from '../../infra/kafkajs/kafkaClient.ts';
import { PartitionReader } from '../../infra/kafkajs/kafkajs.ts';

/** One system's Kafka: its brokers, and what its topics' names begin with. */
export type KafkaPlace = KafkaAccess & Readonly<{ namespace: string }>;

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

/** Takes one record; `false` says that no more of its partition is wanted. What it promises is waited for. */
type Take = (record: KeptRecord) => unknown;

/** ms without progress in a partition after which a read fails: a broker that was killed is back sooner, on a busy machine too. */
const usualPatience = 60_000;

/** Partitions that are read at the same time. */
const atOnce = 4;

/**
 * Tells every record of the ranges, oldest first in each partition.
 * @param patience ms without progress after which it fails
 * @throws Error that names the partition and how far it was read, when not all of it can be; or what `take` throws
 */
export async function readRanges(
  place: KafkaAccess,
  ranges: readonly Range[],
  take: Take,
  patience = usualPatience,
): Promise<void> {
  const open = ranges.filter(({ from, to }) => from < to);
  if (open.length === 0) return;
  const kafka = connectKafka(place, 'despacho-reader', 'answersSoon');
  const topics = [...new Set(open.map(({ topic }) => topic))];
  let failed = false;
  const readSome = async (): Promise<void> => {
    await using reader = new PartitionReader(kafka, topics, patience);
    for (let range = open.shift(); range && !failed; range = open.shift()) {
      await readRange(reader, range, take, () => failed);
    }
  };
  const readers = Array.from({ length: Math.min(atOnce, open.length) }, () =>
    readSome().catch((error) => {
      failed = true;
      throw error;
    }),
  );
  for (const end of await Promise.allSettled(readers)) if (end.status === 'rejected') throw end.reason;
}

async function readRange(reader: PartitionReader, range: Range, take: Take, isOver: () => boolean): Promise<void> {
  for (let at = range.from; at < range.to && !isOver(); ) {
    const { messages, next } = await reader.read(range, at, range.to);
    for (const message of messages) {
      if (Number(message.offset) >= range.to) return;
      const taken = take(kept(range, message));
      if ((taken instanceof Promise ? await taken : taken) === false) return;
    }
    at = next;
  }
}

const kept = (
  { topic, partition }: Range,
  { offset, timestamp, key, value, headers = {} }: KafkaMessage,
): KeptRecord => ({
  topic,
  partition,
  offset: Number(offset),
  timestamp: Number(timestamp),
  key,
  value,
  headers,
});
