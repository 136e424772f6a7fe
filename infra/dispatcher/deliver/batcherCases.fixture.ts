/** What a batcher may be told, and what it may meet. */
import fc from 'fast-check';
import type { Mapping } from '../config/mapping.ts';

export type Case = {
  ordering: Mapping['ordering'];
  /** Of the records in the order of the log; null where one has none. */
  keys: (number | null)[];
  batchSize: number;
  concurrency: number;
  bisect: boolean;
  partial: boolean;
  fromLowest: boolean;
  /** −1: for ever. */
  retries: number;
  chance: number;
};

export const cases: fc.Arbitrary<Case> = fc.record({
  ordering: fc.constantFrom('partition' as const, 'key' as const, 'none' as const),
  keys: fc.array(fc.option(fc.nat(6)), { minLength: 1, maxLength: 120, size: 'max' }),
  batchSize: fc.integer({ min: 1, max: 20 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  bisect: fc.boolean(),
  partial: fc.boolean(),
  fromLowest: fc.boolean(),
  retries: fc.constantFrom(-1, -1, 0, 2),
  chance: fc.integer(),
});

/** A small generator of our own, so that a failing case can be run again. */
export function dice(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}
