import { build, type Histogram } from 'hdr-histogram-js';
import type { Quantiles } from '../../functions/console/snapshot.ts';

/** A day: what takes longer is shown as that long. */
const mostMilliseconds = 86_400_000;

const newHistogram = (): Histogram => build({ numberOfSignificantValueDigits: 2, autoResize: true });

/** Quantiles of the last half to whole minute, in constant memory: two halves, of which the older is dropped. */
export class Latencies {
  #young = newHistogram();
  #old = newHistogram();
  readonly #both = newHistogram();

  record(milliseconds: number): void {
    this.#young.recordValue(Math.min(Math.max(0, Math.round(milliseconds)), mostMilliseconds));
  }

  /** Called every half minute. */
  age(): void {
    [this.#young, this.#old] = [this.#old, this.#young];
    this.#young.reset();
  }

  quantiles(): Quantiles {
    this.#both.reset();
    this.#both.add(this.#old);
    this.#both.add(this.#young);
    if (this.#both.totalCount === 0) return null;
    const max = this.#both.maxValue;
    // A percentile is its bucket's upper edge, which can lie above the highest value.
    const at = (percent: number): number => Math.min(this.#both.getValueAtPercentile(percent), max);
    return { p50: at(50), p95: at(95), p99: at(99), max };
  }
}
