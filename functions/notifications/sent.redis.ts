import type { Redis } from 'ioredis';
import { type Asks, guardOf, refuseForgetful } from '../orders/forgetful.redis.ts';
import { orderKeys } from '../orders/keys.redis.ts';
import type { Settings } from '../settings.ts';
import { checkedKey, sentField } from './keys.redis.ts';
import type { Sent } from './ports.ts';

/** The first key is written, the others are the orders', each with a field of the arguments. */
const checkScript = `${refuseForgetful}
redis.call('SET', KEYS[1], 1)
local marks = {}
for i = 2, #KEYS do marks[i - 1] = redis.call('HGET', KEYS[i], ARGV[i - 1]) end
return marks`;

/** An order that Redis has forgotten stays so: a key of a mark alone would never go. */
const markScript = `if redis.call('EXISTS', KEYS[1]) == 1 then redis.call('HSET', KEYS[1], ARGV[1], ARGV[2]) end`;

const scripts = { checkSent: checkScript, markSent: markScript };

declare module 'ioredis' {
  interface Redis {
    checkSent(keys: number, ...rest: string[]): Promise<(string | null)[]>;
    markSent(keys: 1, key: string, field: string, at: number): Promise<null>;
  }
}

/** The marks, beside the orders that they belong to. */
export function redisSent(redis: Redis, settings: Pick<Settings, 'namespace'>, asks: Asks = 'whatever it holds'): Sent {
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { lua });
  const { order: key } = orderKeys(settings.namespace);
  const guard = guardOf(asks, settings);
  return {
    async check(steps) {
      const keys = [checkedKey(settings.namespace), ...steps.map(({ orderId }) => key(orderId))];
      const fields = steps.map(({ version }) => sentField(version));
      const marks = await redis.checkSent(keys.length, ...keys, ...fields, guard);
      return marks.map((mark) => (mark === null ? undefined : Number(mark)));
    },
    async mark({ orderId, version }, at) {
      await redis.markSent(1, key(orderId), sentField(version), at);
    },
  };
}
