import { at } from '../../infra/at.ts';

/** A seeded source of chance: the same seed gives the same draws on every machine. */
export type Random = Readonly<{
  /** Uniform in [0, 1). */
  fraction(): number;
  /** Uniform whole number in [0, below). */
  below(below: number): number;
  /** Exponentially distributed with this mean: the gap between two arrivals of a Poisson process. */
  exponential(mean: number): number;
  pick<T>(list: readonly T[]): T;
}>;

const goldenRatio = 0x9e3779b9;

/** Spreads every bit of `value` over all 32 bits (the finaliser of splitmix32). */
function scatter(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x21f0aaad);
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}

/**
 * Splitmix32. `stream` gives an independent sequence of the same seed, so that the n-th order can be made
 * without making the n-1 before it.
 */
export function newRandom(seed: number, stream = 0): Random {
  let state = scatter(scatter(seed | 0) + Math.imul(stream + 1, goldenRatio));
  const fraction = (): number => {
    state = (state + goldenRatio) | 0;
    return scatter(state) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    exponential: (mean) => -mean * Math.log(1 - fraction()),
    pick: (list) => at(list, below(list.length)),
  };
}

/**
 * Draws ranks 0 … `ranks` - 1 where rank r is (r + 1)^-exponent as likely as rank 0 (Zipf's law).
 * An exponent of 0 makes all alike; 1 gives the first of 10,000 ranks a tenth of all draws.
 */
export function zipf(ranks: number, exponent: number, random: Random): () => number {
  const cumulative = new Float64Array(ranks);
  let total = 0;
  for (let rank = 0; rank < ranks; rank++) {
    total += (rank + 1) ** -exponent;
    cumulative[rank] = total;
  }
  return () => firstAbove(cumulative, random.fraction() * total);
}

/** Index of the first element of an ascending list that is greater than `value`; the last one if none is. */
function firstAbove(ascending: Float64Array, value: number): number {
  let low = 0;
  let high = ascending.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (at(ascending, middle) > value) high = middle;
    else low = middle + 1;
  }
  return low;
}
