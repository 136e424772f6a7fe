import type { Clock } from '../../clock.ts';
import { type Chunk, detach, letGo, type Slices } from './chunk.ts';
import { isTelling, type Place, type Position, type Progress, type Tried, untried, withinLog } from './place.ts';
import { Queue } from './queue.ts';

/**
 * What this consumer knows of one partition that it was assigned. Losing the partition and getting it back makes a
 * new Partition, so a record always knows whether its owner may still commit it.
 */
export class Partition {
  readonly topic: string;
  readonly id: number;
  /** The first offset that has not been fetched. */
  next: number;
  /** All below it is done, and the broker knows. */
  committed: number;
  /** The group's offset as the broker has it; negative where it has none. */
  known: number;
  /** Where reading was set back to, because kafkajs went on further up, without having told of what is between. */
  setBackTo = -1;
  /** What follows was not in the log: it may be another log by now, of which nothing is done. */
  reset = false;
  /** Another consumer owns the partition now: what is in flight will be delivered again there. */
  lost = false;
  paused = false;
  /** The offset after the newest record in the log, as last heard. */
  #end = 0;
  /** Counts what a commit would tell: records that were finished here, and attempts that failed. */
  changes = 0;
  /** When work above `committed` was first done, in monotonic milliseconds; 0 when all is committed. */
  uncommittedSince = 0;
  /** Memory that the unfinished records hold. */
  bytes = 0;
  readonly #clock: Clock;
  #earlier: Progress;
  readonly #window = new Queue<Place | (Place & Slices)>();
  readonly #chunks = new Set<Chunk>();
  #left = 0;
  /** Places in the window that a commit would tell of. */
  #telling = 0;

  constructor(clock: Clock, topic: string, { partition, offset, known, progress }: Position) {
    this.#clock = clock;
    this.topic = topic;
    this.id = partition;
    this.next = offset;
    this.committed = offset;
    this.known = known;
    this.#earlier = progress;
  }

  /** Records that are not done, and those that are but follow one that is not. */
  get span(): number {
    return this.#window.length;
  }

  get end(): number {
    return this.#end;
  }

  set end(offset: number) {
    this.#end = offset;
    this.#earlier = withinLog(this.#earlier, offset);
  }

  /** Whether an earlier owner finished it above its last commit. */
  wasFinished(offset: number): boolean {
    return offset < this.#earlier.end && this.#earlier.finished.has(offset);
  }

  /** What earlier owners tried. */
  triedBefore(offset: number): Tried {
    return offset < this.#earlier.end ? (this.#earlier.tried.get(offset) ?? untried) : untried;
  }

  /** Takes a record into account; the records come in the order of their offsets. */
  add<R extends Place & Slices>(record: R): R {
    const { chunk, size } = record;
    this.#window.push(record);
    if (isTelling(record)) this.#telling++;
    this.next = record.offset + 1;
    this.#left += size;
    if (chunk.left === 0) {
      this.#chunks.add(chunk);
      this.bytes += chunk.bytes;
    }
    chunk.left += size;
    return record;
  }

  /** Takes a record into account that needs not be delivered. */
  pass(offset: number): void {
    if (this.span > 0) {
      this.#window.push({ offset, done: true, tried: untried });
      this.#telling++;
    }
    this.next = offset + 1;
    this.#changed();
  }

  finish(record: Place & Slices): void {
    const { chunk, size } = record;
    if (!isTelling(record)) this.#telling++;
    record.done = true;
    letGo(record);
    this.#left -= size;
    chunk.left -= size;
    if (chunk.left === 0) {
      this.#chunks.delete(chunk);
      this.bytes -= chunk.bytes;
    }
    this.#changed();
  }

  /** It was delivered in vain: the next owner is to know. @param retries that this takes */
  failed(record: { done: boolean; tried: Tried }, retries: number): void {
    if (!isTelling(record)) this.#telling++;
    record.tried = { deliveries: record.tried.deliveries + 1, retries: record.tried.retries + retries };
    this.#changed();
  }

  /** Whether no more memory is held than that; what can be let go of is. */
  holdsLess(bytes: number): boolean {
    if (this.bytes > bytes && this.#left * 2 < bytes) this.#compact();
    return this.bytes <= bytes;
  }

  /** The log begins later than where we are: there is nothing to be read between. */
  skipTo(offset: number): void {
    this.next = offset;
    this.known = -1;
    this.reset = false;
    this.#changed();
  }

  /** The broker has stored that all below `offset` is done, as it was when there were so many changes. */
  commit(offset: number, changes: number): void {
    this.committed = Math.max(this.committed, offset);
    this.known = offset;
    this.uncommittedSince = this.changes > changes ? this.#clock.monotonic() : 0;
  }

  /** Everything below this offset is done: what may be committed. */
  watermark(): number {
    for (;;) {
      const first = this.#window.peek();
      if (!first) return this.next;
      if (!first.done) return first.offset;
      this.#window.shift();
      this.#telling--;
    }
  }

  /** What a crash would deliver twice, or too often, from the watermark on and in order. */
  *progress(): Generator<Place> {
    this.watermark();
    // Most often there is nothing to tell, and up to 20,000 places would be looked at ten times a second.
    if (this.#telling > 0) for (const place of this.#window) if (isTelling(place)) yield place;
    const { finished, tried } = this.#earlier;
    for (const offset of [...finished, ...tried.keys()].filter((one) => one >= this.next).sort((a, b) => a - b)) {
      yield { offset, done: finished.has(offset), tried: this.triedBefore(offset) };
    }
  }

  #compact(): void {
    for (const place of this.#window) if (!place.done && 'chunk' in place && place.chunk.isSparse) detach(place);
    this.bytes = 0;
    for (const chunk of this.#chunks) {
      if (chunk.isSparse) chunk.bytes = chunk.left;
      this.bytes += chunk.bytes;
    }
  }

  #changed(): void {
    this.changes++;
    if (this.uncommittedSince === 0) this.uncommittedSince = this.#clock.monotonic();
  }
}
