import { type Clock, sleep } from '../../clock.ts';

/** Milliseconds before the first retry, and at most; AWS does not publish its own. */
const firstPause = 100;
const longestPause = 10_000;

/** Waits longer after each attempt, with jitter. @throws AbortError when there is no time for another one */
export async function backOff(clock: Clock, attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(firstPause * 2 ** (attempt - 1), longestPause);
  await sleep(clock, longest * (0.5 + clock.random() / 2), signal);
}
