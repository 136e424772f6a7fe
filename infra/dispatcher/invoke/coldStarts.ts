import type { Logger } from '../stats.ts';
import type { ColdStart } from './pool.ts';

/** How often each function was started, and the milliseconds that it took in all. */
export type ColdStarts = Record<string, { count: number; milliseconds: number }>;

/**
 * @param coldStarts changed in place; what functions that share a worker take counts under the worker's name
 * @returns what counts a start, and logs it
 */
export const countIn =
  (coldStarts: ColdStarts, log: Logger): ColdStart =>
  (name, milliseconds) => {
    const known = coldStarts[name] ?? { count: 0, milliseconds: 0 };
    coldStarts[name] = { count: known.count + 1, milliseconds: known.milliseconds + milliseconds };
    log.info(`${name}: started in ${Math.round(milliseconds)} ms`);
  };
