import { at } from '../../infra/at.ts';

/** Mean number of orders in a window. Enough to see bursts, few enough that short runs have windows to compare. */
const ordersPerWindow = 10;

/** Fewer windows than this say nothing. */
const fewestWindows = 10;

/** Seconds of a window at this mean rate. */
export const dispersionWindow = (rate: number): number => ordersPerWindow / rate;

/**
 * Variance over mean of the number of moments in consecutive windows.
 * @param moments ms from the start; the order does not matter
 * @param window seconds
 * @param seconds length of the run; what comes after its last whole window is left out
 * @returns null when there are too few windows to tell
 */
export function indexOfDispersion(moments: Iterable<number>, window: number, seconds: number): number | null {
  // The small part more keeps a run of exactly n windows from losing one to rounding.
  const windows = Math.floor(seconds / window + 1e-6);
  if (windows < fewestWindows) return null;
  const counts = new Float64Array(windows);
  for (const moment of moments) {
    const index = Math.floor(moment / 1000 / window);
    if (index < windows) counts[index] = at(counts, index) + 1;
  }
  const mean = counts.reduce((sum, count) => sum + count, 0) / windows;
  if (mean === 0) return null;
  const squares = counts.reduce((sum, count) => sum + (count - mean) ** 2, 0);
  return squares / (windows - 1) / mean;
}
