import type { Timer } from '../../clock.ts';
import type { Partition } from '../record/partition.ts';
import { Queue } from '../record/queue.ts';
import type { KafkaRecord } from '../record/record.ts';
import { recordsLimit } from '../record/recordSize.ts';
import { Attempts } from './attempts.ts';
import { Lanes, type Load } from './lanes.ts';
import { Outcomes } from './outcome.ts';
import type { Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Makes batches of what is ready: at once when one is full, else when its window is over. As on AWS the window begins when
 * the batch before has ended, and with the oldest record where that came later. Where several batches may be in flight,
 * each follows the one whose place it takes.
 */
export class Batcher {
  readonly #in: Surroundings;
  readonly #permits: Permits;
  readonly #outcomes: Outcomes;
  readonly #lanes: Lanes;
  readonly #bytes: number;
  readonly #active = new Set<Load>();
  readonly #onDone: () => void;
  /** When batches ended whose places no other has taken, the first first, in monotonic milliseconds. */
  readonly #ends = new Queue<number>();
  #timer: Timer | undefined;
  #closed = false;

  /** @param onDone called when records may be done, so that their offsets can be committed */
  constructor(surroundings: Surroundings, permits: Permits, onDone: () => void) {
    this.#in = surroundings;
    this.#permits = permits;
    this.#outcomes = new Outcomes(surroundings);
    this.#lanes = new Lanes(surroundings.mapping.ordering);
    this.#bytes = recordsLimit(surroundings.invocations.source);
    this.#onDone = onDone;
  }

  /** Records that the function has, or that wait to be tried again. */
  get inFlight(): number {
    let count = 0;
    for (const { records } of this.#active) for (const record of records) if (!record.done) count++;
    return count;
  }

  /** Whether as much is ready as one invocation takes. */
  get full(): boolean {
    return this.#lanes.ready >= this.#in.mapping.batchSize || this.#lanes.readyBytes >= this.#bytes;
  }

  add(record: KafkaRecord): void {
    this.#lanes.add(record);
  }

  drop(partition: Partition): void {
    this.#lanes.drop(partition);
  }

  /** Starts as many batches as may start now, and the others when there are permits for them. */
  readonly kick = (): void => {
    while (!this.#closed && this.#lanes.ready > 0 && this.#due()) {
      if (!this.#permits.tryAcquire()) {
        this.#permits.whenFree(this.kick);
        return;
      }
      this.#start();
    }
  };

  /** No batch becomes due any more. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  #start(): void {
    const load = this.#lanes.take(this.#in.mapping.batchSize, this.#bytes);
    this.#ends.shift();
    this.#active.add(load);
    const attempts = new Attempts(this.#in, this.#outcomes, this.#permits, () => {
      this.#lanes.releaseDone(load);
      this.#goOn();
    });
    void attempts.run(load.records).then(() => {
      this.#active.delete(load);
      this.#lanes.release(load);
      this.#ends.push(this.#in.clock.monotonic());
      this.#goOn();
    });
  }

  #goOn(): void {
    this.#onDone();
    this.kick();
  }

  /** Whether the next batch need not wait any longer; if it must, the timer calls again. */
  #due(): boolean {
    const { maximumBatchingWindow } = this.#in.mapping;
    if (maximumBatchingWindow === 0 || this.full) return true;
    const began = Math.max(this.#lanes.oldest ?? 0, this.#ends.peek() ?? 0);
    const left = began + maximumBatchingWindow * 1000 - this.#in.clock.monotonic();
    if (left <= 0) return true;
    this.#timer?.cancel();
    this.#timer = this.#in.clock.after(Math.ceil(left), this.kick);
    return false;
  }
}
