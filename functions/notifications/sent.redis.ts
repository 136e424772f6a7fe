import type { Redis } from 'ioredis';
import { orderKeys } from '../orders/keys.redis.ts';
import type { Settings } from '../settings.ts';
import { sentField } from './keys.redis.ts';
import type { Sent } from './ports.ts';

/** The marks, beside the orders that they belong to. */
export function redisSent(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): Sent {
  const { order: key } = orderKeys(namespace);
  return {
    async check(steps) {
      const marks = await Promise.all(
        steps.map(({ orderId, version }) => redis.hget(key(orderId), sentField(version))),
      );
      return marks.map((mark) => (mark === null ? undefined : Number(mark)));
    },
    async mark({ orderId, version }, at) {
      await redis.hset(key(orderId), sentField(version), at);
    },
  };
}
