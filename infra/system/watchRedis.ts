/** A Redis that forgets while the system runs is noticed, and brought up to the log before anything goes on. */
import { type Clock, sleep } from '../clock.ts';
import type { CaughtUp } from '../rebuild/caughtUp.redis.ts';
import { comingUp } from './comingUp.ts';

/** ms from one look at Redis to the next, and until what failed is tried again. */
const [every, again] = [500, 1000];

/** What acts on what Redis holds, and can be brought down and up again; each says a few words about it. */
export type Acting = Readonly<{ name: string; up(): Promise<string>; down(): Promise<string | undefined> }>;

type RedisWatch = Readonly<{
  caughtUp: Pick<CaughtUp, 'is'>;
  /** In the order in which it comes up. */
  acting: readonly Acting[];
  catchUp(): Promise<string>;
  log: Readonly<{ info(text: string): void; warn(text: string): void; error(text: string): void }>;
  clock: Clock;
}>;

/** @returns what ends it, when nothing is being brought up any more */
export function watchRedis(watch: RedisWatch): { stop(): Promise<void> } {
  const end = new AbortController();
  const going = look(watch, end.signal);
  return {
    async stop() {
      end.abort();
      await going;
    },
  };
}

async function look(watch: RedisWatch, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await sleep(watch.clock, every);
    // One that does not answer is waited for by those who need it.
    if (!signal.aborted && !(await watch.caughtUp.is().catch(() => true))) await startAfresh(watch, signal);
  }
}

async function startAfresh({ acting, catchUp, log, clock }: RedisWatch, signal: AbortSignal): Promise<void> {
  log.warn('Redis was started anew, or was emptied: what acts on it rests until it holds what the log tells');
  for (const { name, down } of acting.toReversed()) {
    log.info(`${name} down: ${await down().catch((error) => `did not end well: ${error}`)}`);
  }
  await comeUp({ name: 'orders', up: catchUp }, { log, clock, signal });
  for (const part of acting) await comeUp(part, { log, clock, signal });
}

type How = Pick<RedisWatch, 'log' | 'clock'> & Readonly<{ signal: AbortSignal }>;

async function comeUp({ name, up }: Pick<Acting, 'name' | 'up'>, { log, clock, signal }: How): Promise<void> {
  let told = '';
  while (!signal.aborted) {
    try {
      log.info(`${name} up: ${await comingUp(up(), clock, signal)}`);
      return;
    } catch (error) {
      if (signal.aborted) return;
      const fault = `${name} did not come up, and is tried again: ${error}`;
      if (fault !== told) log.error(fault);
      told = fault;
      await sleep(clock, again);
    }
  }
}
