import type { Redis } from 'ioredis';
import type { Settings } from '../settings.ts';
import { orderKeys } from './keys.redis.ts';
import type { Tally } from './ports.ts';

const windowSeconds = 60;

/** A counter for each second, summed over the last minute. */
export function redisTally(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): Tally {
  const { placed } = orderKeys(namespace);
  return {
    async count(orders, now) {
      const second = Math.floor(now / 1000);
      const keys = Array.from({ length: windowSeconds }, (_, ago) => placed(second - ago));
      const [current = ''] = keys;
      const replies = await redis
        .pipeline()
        .incrby(current, orders)
        .expire(current, 2 * windowSeconds)
        .mget(keys)
        .exec();
      const counts = (replies?.[2]?.[1] ?? []) as (string | null)[];
      return counts.reduce((sum, count) => sum + Number(count ?? 0), 0);
    },
  };
}
