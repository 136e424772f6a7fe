import { type Clock, within } from '../clock.ts';
import { orAborted } from '../orAborted.ts';

/** ms for a part to come up or give up where the start, or the whole system, ends meanwhile. */
const givingUp = 6000;

/**
 * What comes up.
 * @throws what it throws; or, soon after the signal was aborted, the signal's reason: nothing is left half up by then
 */
export async function comingUp<T>(coming: Promise<T>, clock: Clock, signal: AbortSignal | undefined): Promise<T> {
  try {
    return await orAborted(coming, signal);
  } catch (error) {
    if (signal?.aborted) await within(clock, givingUp, coming);
    throw error;
  }
}
