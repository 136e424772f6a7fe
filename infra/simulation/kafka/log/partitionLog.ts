import { at } from '../../../at.ts';
import { type Batch, placed, recordsOf } from './batch.ts';
import type { LogRecord } from './logRecord.ts';
import { ProducerStates } from './producers.ts';

/** A transaction that was aborted: its producer, its first record, its marker. */
type Aborted = Readonly<{ producerId: number; firstOffset: number; lastOffset: number }>;
export type ReadRecord = LogRecord & Readonly<{ producerId: number; transactional: boolean; control: boolean }>;

/** The log of one partition. All that is in it is replicated at once: its end is the high watermark. */
export class PartitionLog {
  readonly producers = new ProducerStates();
  #batches: Batch[] = [];
  #start = 0;
  #end = 0;
  /** Of each producer with an open transaction: the transaction's first offset. */
  readonly #open = new Map<number, number>();
  #aborted: Aborted[] = [];

  /** The first offset that is kept. */
  get start(): number {
    return this.#start;
  }

  /** The offset of the next record. */
  get end(): number {
    return this.#end;
  }

  /** The last stable offset: a reader of committed records gets none from here on. */
  get stable(): number {
    return Math.min(this.#end, ...this.#open.values());
  }

  get batches(): readonly Batch[] {
    return this.#batches;
  }

  get bytes(): number {
    return this.#batches.reduce((sum, { bytes }) => sum + bytes.length, 0);
  }

  /** Aborted transactions of which there may be records from the first offset to before the last one, as they ended. */
  abortedBetween(from: number, to: number): readonly Aborted[] {
    return this.#aborted.filter(({ firstOffset, lastOffset }) => lastOffset >= from && firstOffset < to);
  }

  /** @returns the batch as it is written. */
  append(batch: Batch): Batch {
    const written = placed(batch, this.#end);
    this.#take(written);
    return written;
  }

  #take(batch: Batch): void {
    this.#batches.push(batch);
    this.#end = batch.lastOffset + 1;
    this.producers.written(batch);
    if (batch.control) this.#finish(batch);
    else if (batch.transactional && !this.#open.has(batch.producerId)) {
      this.#open.set(batch.producerId, batch.baseOffset);
    }
  }

  #finish(batch: Batch): void {
    const { producerId, lastOffset } = batch;
    const firstOffset = this.#open.get(producerId);
    this.#open.delete(producerId);
    const commit = recordsOf(batch)[0]?.key?.readInt16BE(2) === 1;
    if (!commit && firstOffset !== undefined) this.#aborted.push({ producerId, firstOffset, lastOffset });
  }

  /** Loses what is at the offset and after, as an unclean leader election does. */
  truncate(offset: number): void {
    const kept = this.#batches.filter(({ lastOffset }) => lastOffset < offset);
    this.#batches = [];
    this.#open.clear();
    this.#aborted = [];
    this.producers.forget();
    for (const batch of kept) this.#take(batch);
    const last = kept.at(-1);
    this.#end = last ? last.lastOffset + 1 : Math.min(this.#start, offset);
    this.#start = Math.min(this.#start, this.#end);
  }

  /** Forgets what is before the offset: by retention, or because somebody asks for it. */
  deleteBefore(offset: number): void {
    this.#start = Math.max(this.#start, Math.min(offset, this.#end));
    this.#batches = this.#batches.filter(({ lastOffset }) => lastOffset >= this.#start);
  }

  /** Puts other batches in the place of those that are there, as the cleaner does: the ends of the log stay. */
  replace(change: (batch: Batch) => Batch | undefined): void {
    this.#batches = this.#batches.flatMap((batch) => change(batch) ?? []);
  }

  /** Where the batch is that holds the offset, or the next one after a gap. */
  indexOf(offset: number): number {
    let [low, high] = [0, this.#batches.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (at(this.#batches, middle).lastOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** The first record that is not older. @param timestamp ms since 1970 */
  findTime(timestamp: number): LogRecord | undefined {
    for (const batch of this.#batches) {
      if (batch.maxTimestamp < timestamp) continue;
      const found = recordsOf(batch).find((one) => one.timestamp >= timestamp && one.offset >= this.#start);
      if (found) return found;
    }
    return undefined;
  }

  /** All records, markers and aborted ones included. */
  records(): ReadRecord[] {
    return this.#batches
      .flatMap((batch) => {
        const { producerId, transactional, control } = batch;
        return recordsOf(batch).map((record) => ({ ...record, producerId, transactional, control }));
      })
      .filter(({ offset }) => offset >= this.#start);
  }
}
