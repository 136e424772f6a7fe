import type { Redis } from 'ioredis';
import { orderKeys } from '../orders/keys.redis.ts';
import type { Settings } from '../settings.ts';
import { checkedKey, sentField } from './keys.redis.ts';
import type { Sent } from './ports.ts';

/** An order that Redis has forgotten stays so: a key of a mark alone would never go. */
const markScript = `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`;

declare module 'ioredis' {
  interface Redis {
    markSent(key: string, field: string, at: number): Promise<null>;
  }
}

/** The marks, beside the orders that they belong to. */
export function redisSent(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): Sent {
  redis.defineCommand('markSent', { lua: markScript, numberOfKeys: 1 });
  const { order: key } = orderKeys(namespace);
  return {
    async check(steps) {
      const [marks] = await Promise.all([
        Promise.all(steps.map(({ orderId, version }) => redis.hget(key(orderId), sentField(version)))),
        redis.set(checkedKey(namespace), 1),
      ]);
      return marks.map((mark) => (mark === null ? undefined : Number(mark)));
    },
    async mark({ orderId, version }, at) {
      await redis.markSent(key(orderId), sentField(version), at);
    },
  };
}
