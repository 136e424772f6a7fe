import { type Clock, sleep, within } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Permits } from '../deliver/permits.ts';

/**
 * A broker that is asked again at once answers with almost every record by itself. So it is not asked, for so many ms at
 * most, while what it has could not be delivered anyway: where a batch may wait to be filled, for half its window; where
 * it may not, while as many batches are delivered as may be.
 */
const longestPause = 20;

type Of = Pick<Mapping, 'maximumBatchingWindow' | 'batchSize'>;

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

  /** One for all batches of a fetch; none while more is ready than an invocation takes. */
  async before(ready: number): Promise<void> {
    if (ready >= this.#mapping.batchSize) return;
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
