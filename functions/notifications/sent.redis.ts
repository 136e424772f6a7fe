import type { Redis } from 'ioredis';
import type { Sent } from '../runtime/ports.ts';
import type { Settings } from '../settings.ts';

/** Marks lie beside the order they belong to, as fields `sent:<version>`, and go when the order goes. */
export function redisSent(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): Sent {
  const key = (orderId: string) => `${namespace}order:${orderId}`;
  return {
    async check(steps) {
      const marks = await Promise.all(steps.map(({ orderId, version }) => redis.hget(key(orderId), `sent:${version}`)));
      return marks.map((mark) => (mark === null ? undefined : Number(mark)));
    },
    async mark({ orderId, version }, at) {
      await redis.hset(key(orderId), `sent:${version}`, at);
    },
  };
}
