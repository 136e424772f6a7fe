import { at } from '../../at.ts';
import type { Cluster } from './cluster.ts';
import { type Batch, type Compression, marker, plainHead, writeBatch } from './log/batch.ts';
import { compact, latestOfKeys } from './log/compaction.ts';
import { writeLegacy } from './log/legacy.ts';
import type { LogRecord } from './log/logRecord.ts';
import type { ReadRecord } from './log/partitionLog.ts';
import type { Partition } from './topics.ts';

type Bytes = string | Buffer | null;
export type NewRecord = Readonly<{
  key?: Bytes;
  value: Bytes;
  headers?: readonly (readonly [name: string, value: Bytes])[];
  /** ms since 1970; now unless told */
  timestamp?: number;
}>;
/** Offsets: the first that is kept, the one after the last record, and the one before which every transaction has ended. */
type LogEnds = Readonly<{ start: number; end: number; stable: number }>;

/** A transaction of a producer that is none of kafkajs'. */
type OpenTransaction = Readonly<{
  /** @returns the offset of the first record */
  append(topic: string, partition: number, records: readonly NewRecord[]): number;
  commit(): void;
  abort(): void;
}>;

const bytesOf = (bytes: Bytes): Buffer | null => (typeof bytes === 'string' ? Buffer.from(bytes) : bytes);

const laidOut = (records: readonly NewRecord[], now: number): LogRecord[] =>
  records.map(({ key = null, value, headers = [], timestamp = now }, offset) => ({
    offset,
    timestamp,
    key: bytesOf(key),
    value: bytesOf(value),
    headers: headers.map(([name, one]) => [name, bytesOf(one)] as const),
  }));

/** What is in the logs, without a client between. A partition that is not there is a RangeError. */
export class Records {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Writes a batch. @returns the offset of its first record */
  append(
    topic: string,
    partition: number,
    records: readonly NewRecord[],
    of: { compression?: Compression } = {},
  ): number {
    const batch = laidOut(records, Date.now());
    return this.#write(topic, partition, batch, { ...plainHead(batch), compression: of.compression ?? 'none' });
  }

  /** Puts a record of an old format into the log. @returns its offset */
  appendLegacy(topic: string, partition: number, record: NewRecord, magic: 0 | 1): number {
    const records = laidOut([record], Date.now());
    const bytes = writeLegacy(at(records, 0), magic);
    return this.#add(topic, partition, { ...plainHead(records), magic, count: 1, bytes });
  }

  #write(topic: string, partition: number, records: LogRecord[], head: ReturnType<typeof plainHead>): number {
    return this.#add(topic, partition, writeBatch(records, head));
  }

  #add(topic: string, partition: number, batch: Batch): number {
    const { baseOffset, lastOffset } = this.#partition(topic, partition).log.append(batch);
    this.#cluster.trace.add('log', `${topic}-${partition} has ${baseOffset} to ${lastOffset}`);
    this.#cluster.changed();
    return baseOffset;
  }

  /** Begins a transaction. Several may be open at a time. */
  transaction(): OpenTransaction {
    const producer = { id: this.#cluster.transactions.newProducerId(), epoch: 0 };
    const touched = new Map<Partition, number>();
    const end = (commit: boolean) => {
      for (const { log } of touched.keys()) log.append(marker(producer, commit, Date.now()));
      touched.clear();
      this.#cluster.changed();
    };
    return {
      append: (topic, partition, records) => {
        const batch = laidOut(records, Date.now());
        const to = this.#partition(topic, partition);
        const sequence = touched.get(to) ?? 0;
        touched.set(to, sequence + batch.length);
        const from = { transactional: true, producerId: producer.id, epoch: producer.epoch, sequence };
        return this.#write(topic, partition, batch, { ...plainHead(batch), ...from });
      },
      commit: () => end(true),
      abort: () => end(false),
    };
  }

  /** All that the log holds, markers and what was aborted included. */
  read(topic: string, partition: number): ReadRecord[] {
    return this.#partition(topic, partition).log.records();
  }

  /** What a reader of committed records gets to see. */
  readCommitted(topic: string, partition: number): ReadRecord[] {
    const { log } = this.#partition(topic, partition);
    const aborted = log.abortedBetween(0, log.end);
    const isAborted = ({ producerId, offset }: ReadRecord) =>
      aborted.some((one) => one.producerId === producerId && offset >= one.firstOffset && offset <= one.lastOffset);
    return log
      .records()
      .filter((one) => !one.control && one.offset < log.stable && !(one.transactional && isAborted(one)));
  }

  ends(topic: string, partition: number): LogEnds {
    const { start, end, stable } = this.#partition(topic, partition).log;
    return { start, end, stable };
  }

  /** Loses the records from the offset on, as an unclean leader election does. */
  truncate(topic: string, partition: number, offset: number): void {
    const found = this.#partition(topic, partition);
    found.log.truncate(offset);
    found.leaderEpoch++;
    this.#tell(`${topic}-${partition} is truncated to ${found.log.end}`);
  }

  /** Moves the log's start up, as retention does. */
  deleteBefore(topic: string, partition: number, offset: number): void {
    const { log } = this.#partition(topic, partition);
    log.deleteBefore(offset);
    this.#tell(`${topic}-${partition} starts at ${log.start}`);
  }

  /**
   * Cleans the log: gaps are left.
   * @param of `keep`: which records stay, the latest of each key unless told; `emptyBatches`: what comes of a batch without
   * records, which goes unless told
   */
  compact(
    topic: string,
    partition: number,
    of: { keep?: (record: LogRecord) => boolean; emptyBatches?: 'stay' | 'go' } = {},
  ): void {
    const { log } = this.#partition(topic, partition);
    compact(log, of.keep ?? latestOfKeys(log), of.emptyBatches ?? 'go');
    this.#tell(`${topic}-${partition} is compacted`);
  }

  #tell(text: string): void {
    this.#cluster.trace.add('disturbance', text);
    this.#cluster.changed();
  }

  #partition(topic: string, index: number): Partition {
    const partition = this.#cluster.partition(topic, index);
    if (!partition) throw new RangeError(`there is no partition ${index} of ${topic}`);
    return partition;
  }
}
