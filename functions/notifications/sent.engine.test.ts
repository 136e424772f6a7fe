import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, test } from 'node:test';
import { orderKeys } from '../orders/keys.redis.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import { readSettings } from '../settings.ts';
import { redisSent } from './sent.redis.ts';

const settings = { ...readSettings(), namespace: `sent-${randomUUID().slice(0, 6)}.` };
const redis = connectRedis(settings);
after(() => redis.quit());

test('an e-mail of an order that Redis has forgotten leaves no key behind that would never go', async () => {
  const orderId = randomUUID();
  await redisSent(redis, settings).mark({ orderId, version: 1 } as never, 1000);
  assert.equal(await redis.exists(orderKeys(settings.namespace).order(orderId)), 0);
});
