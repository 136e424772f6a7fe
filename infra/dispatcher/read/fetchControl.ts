import type { Consumer } from 'kafkajs';
import type { Partition } from '../record/partition.ts';

/** Of a partition: fetching pauses above, and goes on below half of it. Bounds memory, and what a crash delivers twice. */
export type Held = Readonly<{ bytes: number; records: number }>;

/** Fetching pauses at whichever of the two comes first. */
export const usuallyHeld: Held = { bytes: 16 * 1024 * 1024, records: 20_000 };

/** Tells kafkajs where to read on, and what to leave out for now. */
export class FetchControl {
  readonly #consumer: Pick<Consumer, 'seek' | 'pause' | 'resume'>;
  readonly #most: Held;

  constructor(consumer: Pick<Consumer, 'seek' | 'pause' | 'resume'>, most = usuallyHeld) {
    this.#consumer = consumer;
    this.#most = most;
  }

  /** kafkajs starts again from what is committed, and remembers who was paused in an earlier life. */
  place(partition: Partition): void {
    this.seek(partition);
    this.#tell(partition);
  }

  seek({ topic, id, next }: Partition): void {
    whileMember(() => this.#consumer.seek({ topic, partition: id, offset: `${next}` }));
  }

  /** Stops fetching where too much is unfinished, and goes on when half of that is done. */
  limit(partition: Partition): void {
    partition.watermark();
    const share = partition.paused ? 0.5 : 1;
    const { bytes, records } = this.#most;
    const full = partition.span > records * share || !partition.holdsLess(bytes * share);
    if (full === partition.paused) return;
    partition.paused = full;
    this.#tell(partition);
  }

  #tell({ topic, id, paused }: Partition): void {
    const place = [{ topic, partitions: [id] }];
    whileMember(() => (paused ? this.#consumer.pause(place) : this.#consumer.resume(place)));
  }
}

/** kafkajs throws while it is stopped, as after a crash. After the next joining everything is placed anew. */
function whileMember(tell: () => void): void {
  try {
    tell();
  } catch {
    return;
  }
}
