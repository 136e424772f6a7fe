import type { Redis } from 'ioredis';
import { orderKeys } from '../../functions/orders/keys.redis.ts';
import type { Settings } from '../../functions/settings.ts';

/**
 * Whether the Redis that answers is the one that was last brought up to the log. One that was started anew, took over from
 * another, or was emptied is not, and may have forgotten something.
 */
export type CaughtUp = Readonly<{ is(): Promise<boolean>; set(): Promise<void> }>;

/** A server's name for its own run, from its start on. */
async function runOf(redis: Redis): Promise<string> {
  const [, run] = /^run_id:(\w+)/m.exec(await redis.info('server')) ?? [];
  if (!run) throw new Error('this Redis does not tell its run_id');
  return run;
}

/** It says so itself: what it has forgotten is forgotten with it. */
export function redisCaughtUp(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): CaughtUp {
  const { caughtUp: key } = orderKeys(namespace);
  return {
    async is() {
      const [run, noted] = await Promise.all([runOf(redis), redis.get(key)]);
      return run === noted;
    },
    async set() {
      await redis.set(key, await runOf(redis));
    },
  };
}
