/** How documents come on while things break: no order waits for them, so the log of the orders does not tell. */
import { sleep, systemClock } from '../../infra/clock.ts';
import type { Ground } from './ground.ts';

/** ms between two looks. */
const every = 1000;

/** @returns what ends the looking, and tells the longest time (ms) in which documents waited and none was taken */
export function watchDocuments({ trial }: Ground): () => Promise<number> {
  const since = systemClock.monotonic();
  let [known, movedAt, longest, ended] = [0, since, 0, false];
  const look = async () => {
    // Kafka is away: so are the documents.
    const { done, told } = await trial.progressOf('index').catch(() => ({ done: known, told: Number.NaN }));
    const now = systemClock.monotonic();
    if (done === known && told !== known) longest = Math.max(longest, now - movedAt);
    else [known, movedAt] = [done, now];
  };
  const going = (async () => {
    while (!ended) await Promise.all([look(), sleep(systemClock, every)]);
  })();
  return async () => {
    ended = true;
    await going;
    return longest;
  };
}
