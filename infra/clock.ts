/**
 * Time, timers and chance, given to whatever needs them: the machine's own here, in a simulation those of one seed.
 * Nothing else in the product asks the machine for them.
 */
import { randomUUID } from 'node:crypto';

/** Cancelling one that has called already, or is cancelled, does nothing. */
export type Timer = Readonly<{ cancel(): void }>;

/** Moments that are stored or sent are of `now`, durations of `monotonic`. */
export interface Clock {
  /** Milliseconds since 1970; may be set back. */
  now(): number;
  /** Milliseconds since some moment, never set back: what durations are measured with. */
  monotonic(): number;
  /** Calls once. It keeps the process alive until then. */
  after(milliseconds: number, call: () => void): Timer;
  /** Calls again and again. It does not keep the process alive. */
  every(milliseconds: number, call: () => void): Timer;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** A version 4 UUID. */
  uuid(): string;
}

/** The longest delay that Node's timers take; with a longer one they would fire at once. */
const longestDelay = 2 ** 31 - 1;

/** The machine's. A delay of more than 2^31 − 1 ms (some 24.8 days) is cut to that. */
export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, call) {
    const timer = setTimeout(call, Math.min(milliseconds, longestDelay));
    return { cancel: () => clearTimeout(timer) };
  },
  every(milliseconds, call) {
    const timer = setInterval(call, Math.min(milliseconds, longestDelay)).unref();
    return { cancel: () => clearInterval(timer) };
  },
  random: () => Math.random(),
  uuid: () => randomUUID(),
};

/**
 * Resolves after so many milliseconds.
 * @throws the signal's reason as soon as it is aborted
 */
export function sleep(clock: Clock, milliseconds: number, signal?: AbortSignal): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  if (signal?.aborted) return Promise.reject(signal.reason);
  const aborted = () => {
    timer.cancel();
    reject(signal?.reason);
  };
  const timer = clock.after(milliseconds, () => {
    signal?.removeEventListener('abort', aborted);
    resolve();
  });
  signal?.addEventListener('abort', aborted, { once: true });
  return promise;
}

/** Calls when nothing has reset it for so many milliseconds. */
export function watchdog(clock: Clock, milliseconds: number, call: () => void): Timer & { reset(): void } {
  let timer = clock.after(milliseconds, call);
  return {
    reset() {
      timer.cancel();
      timer = clock.after(milliseconds, call);
    },
    cancel: () => timer.cancel(),
  };
}

/**
 * Does what takes a signal, which is aborted when the time is over.
 * @throws what the work throws then: usually the signal's reason, a TimeoutError
 */
export async function withDeadline<T>(
  clock: Clock,
  milliseconds: number,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const late = () => deadline.abort(new DOMException(`not over within ${milliseconds} ms`, 'TimeoutError'));
  const timer = clock.after(milliseconds, late);
  try {
    return await work(deadline.signal);
  } finally {
    timer.cancel();
  }
}

/** Waits for the work, but no longer than that; what it throws is not of interest. */
export async function within(clock: Clock, milliseconds: number, work: Promise<unknown>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = clock.after(milliseconds, resolve);
  await Promise.race([work.catch(() => undefined), promise]);
  timer.cancel();
}
