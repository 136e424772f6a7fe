import { type Clock, sleep, within } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Permits } from '../deliver/permits.ts';

/**
 * A broker that is asked again at once answers with almost every record by itself. So it is not asked, for so many ms at
 * most, while less than a batch is ready: where a batch may wait to be filled, for half its window; where it may not, while
 * as many batches are delivered as may be. The next of those begins with what was fetched before, and leaves the rest to the
 * one after it.
 */
const longestPause = 20;

type Of = Pick<Mapping, 'maximumBatchingWindow'>;

/** The pause before a consumer fetches again. */
export class FetchPause {
  readonly #clock: Clock;
  readonly #mapping: Of;
  readonly #permits: Pick<Permits, 'free'>;
  #pausing: Promise<void> | undefined;

  constructor(mapping: Of, clock: Clock, permits: Pick<Permits, 'free'>) {
    this.#clock = clock;
    this.#mapping = mapping;
    this.#permits = permits;
  }

  /**
   * One for all batches that kafkajs hands on side by side: most often those of a fetch.
   * @param full whether as much is ready as an invocation takes: then there is none
   */
  async before(full: boolean): Promise<void> {
    if (full) return;
    this.#pausing ??= this.#pause().finally(() => {
      this.#pausing = undefined;
    });
    await this.#pausing;
  }

  #pause(): Promise<void> {
    const { maximumBatchingWindow } = this.#mapping;
    return maximumBatchingWindow === 0
      ? within(this.#clock, longestPause, this.#permits.free())
      : sleep(this.#clock, Math.min(longestPause, maximumBatchingWindow * 500));
  }
}
