import { sleep, systemClock } from '../../../infra/clock.ts';
import type { SourceCounts } from './source.ts';

/** ms before the nth attempt to come back; a connection that brought something starts again from the first. */
export type Backoff = Readonly<{ first: number; most: number }>;

const usual: Backoff = { first: 250, most: 30_000 };

/** Full jitter: many clients that lost the same server do not come back in step. */
const delay = ({ first, most }: Backoff, attempt: number, chance: () => number): number =>
  Math.min(most, first * 2 ** attempt) * (0.5 + chance() / 2);

/** What ends a connection: `retryAfter` (ms) where the server says how long to stay away, `fatal` where coming back is no use. */
export class Disconnected extends Error {
  override name = 'Disconnected';
  readonly retryAfter: number | undefined;
  readonly fatal: boolean;
  constructor(message: string, { retryAfter, fatal = false }: { retryAfter?: number; fatal?: boolean } = {}) {
    super(message);
    this.retryAfter = retryAfter;
    this.fatal = fatal;
  }
}

type Live = Readonly<{
  /** Holds one connection until it breaks; tells by `alive` that it brings something. */
  hold(alive: () => void): Promise<never>;
  signal: AbortSignal;
  counts: SourceCounts;
  log(text: string): void;
  backoff?: Backoff;
  chance?: () => number;
}>;

/**
 * Keeps a connection up until `signal` says otherwise.
 * @throws Disconnected when the server said that coming back is no use
 */
export async function stayConnected({ hold, signal, counts, log, backoff = usual, chance = systemClock.random }: Live) {
  for (let attempt = 0; !signal.aborted; ) {
    try {
      await hold(() => {
        attempt = 0;
      });
    } catch (error) {
      if (signal.aborted) return;
      if (error instanceof Disconnected && error.fatal) throw error;
      const wait = (error instanceof Disconnected && error.retryAfter) || delay(backoff, attempt++, chance);
      log(`${error instanceof Error ? error.message : error}; coming back in ${(wait / 1000).toFixed(1)} s`);
      counts.reconnects++;
      await sleep(systemClock, wait, signal).catch(() => undefined);
    }
  }
}
