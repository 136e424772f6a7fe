import { setTimeout as delay } from 'node:timers/promises';

/** Milliseconds before the first retry, and at most; AWS does not publish its own. */
const firstPause = 100;
const longestPause = 10_000;

/** Waits longer after each attempt, with jitter. @throws AbortError when there is no time for another one */
export async function backOff(attempt: number, signal: AbortSignal): Promise<void> {
  const longest = Math.min(firstPause * 2 ** (attempt - 1), longestPause);
  await delay(longest * (0.5 + Math.random() / 2), undefined, { signal });
}
