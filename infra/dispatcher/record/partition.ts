import type { Clock } from '../../clock.ts';
import { Queue } from './queue.ts';
import type { KafkaRecord } from './record.ts';

/**
 * What this consumer knows of one partition that it was assigned. Losing the partition and getting it back makes a
 * new Partition, so a record always knows whether its owner may still commit it.
 */
export class Partition {
  readonly topic: string;
  readonly id: number;
  /** The first offset that has not been fetched. */
  next: number;
  /** What the broker knows to be done. */
  committed: number;
  /** Another consumer owns the partition now: what is in flight will be delivered again there. */
  lost = false;
  paused = false;
  /** The offset after the newest record in the log, as last heard. */
  end = 0;
  /** How many records were finished here. */
  finishes = 0;
  /** When work above `committed` was first done, in monotonic milliseconds; 0 when all is committed. */
  uncommittedSince = 0;
  /** Bytes that the unfinished records take. */
  bytes = 0;
  /** Offsets above the watermark that an earlier owner finished, in order: not delivered again. */
  readonly finished: ReadonlySet<number>;
  readonly #window = new Queue<KafkaRecord>();

  readonly #clock: Clock;

  constructor(clock: Clock, topic: string, id: number, start: number, finished: ReadonlySet<number> = new Set()) {
    this.#clock = clock;
    this.topic = topic;
    this.id = id;
    this.next = start;
    this.committed = start;
    this.finished = finished;
  }

  /** Records that are not done, and those that are but follow one that is not. */
  get span(): number {
    return this.#window.length;
  }

  /** Takes a record into account; the records come in the order of their offsets. */
  add(record: KafkaRecord): void {
    this.#window.push(record);
    this.next = record.offset + 1;
    this.bytes += record.size;
  }

  finish(record: KafkaRecord): void {
    record.done = true;
    this.bytes -= record.size;
    this.finishes++;
    if (this.uncommittedSince === 0) this.uncommittedSince = this.#clock.monotonic();
  }

  /** The broker has stored that all below `offset` is done, as it was when there were so many finishes. */
  commit(offset: number, finishes: number): void {
    this.committed = Math.max(this.committed, offset);
    this.uncommittedSince = this.finishes > finishes ? this.#clock.monotonic() : 0;
  }

  /** Everything below this offset is done: what may be committed. */
  watermark(): number {
    for (;;) {
      const first = this.#window.peek();
      if (!first) return this.next;
      if (!first.done) return first.offset;
      this.#window.shift();
    }
  }

  /** Offsets that are done above the watermark, in order: what a crash would deliver twice. */
  *gaps(): Generator<number> {
    this.watermark();
    for (const record of this.#window) if (record.done) yield record.offset;
    for (const offset of this.finished) if (offset >= this.next) yield offset;
  }
}
