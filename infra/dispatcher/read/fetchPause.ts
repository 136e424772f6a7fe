import { type Clock, sleep } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';

/**
 * Where a batch may wait to be filled, the broker is not asked again sooner than this (ms), nor than half the window: asked
 * at once, it answers with almost every record by itself. With windows of 50 ms this halves the processor time that the
 * order pipeline needs at 200 orders a second.
 */
const longestPause = 20;

/** The pause before a consumer fetches again. */
export class FetchPause {
  readonly #clock: Clock;
  readonly #milliseconds: number;
  readonly #batchSize: number;
  #pausing: Promise<void> | undefined;

  constructor(
    { maximumBatchingWindow, batchSize }: Pick<Mapping, 'maximumBatchingWindow' | 'batchSize'>,
    clock: Clock,
  ) {
    this.#clock = clock;
    this.#milliseconds = Math.min(longestPause, maximumBatchingWindow * 500);
    this.#batchSize = batchSize;
  }

  /** One for all batches of a fetch; none while more is ready than an invocation takes. */
  async before(ready: number): Promise<void> {
    if (this.#milliseconds === 0 || ready >= this.#batchSize) return;
    this.#pausing ??= sleep(this.#clock, this.#milliseconds).finally(() => {
      this.#pausing = undefined;
    });
    await this.#pausing;
  }
}
