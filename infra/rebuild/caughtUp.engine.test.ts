/** Whether Redis holds what the log tells, as it says itself. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { orderKeys } from '../../functions/orders/keys.redis.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import type { Step } from '../../functions/orders/records.ts';
import { createTopics } from '../../functions/orders/topics.kafka.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { catchUp } from '../system/catchUp.ts';
import { removeNamespace } from '../system/namespace.ts';
import { withKept } from './kept.ts';

const settings = { ...readSettings(), namespace: `caught-${randomUUID().slice(0, 6)}.` };
const redis = connectRedis(settings);
/** Longer than Redis keeps an order that has ended. */
const longAgo = 1000;

before(() => createTopics(settings));
after(() => removeNamespace(settings).finally(() => redis.disconnect()));

test('one that forgets again while it is brought up to the log is brought up to it once more', () =>
  withKept(settings, async (kept) => {
    let begun = 0;
    const begin: typeof kept.caughtUp.begin = async () => {
      const noted = await kept.caughtUp.begin();
      if (++begun === 1) await redis.del(orderKeys(settings.namespace).caughtUp);
      return noted;
    };
    await catchUp(settings, { ...kept, caughtUp: { ...kept.caughtUp, begin } }, () => undefined);
    assert.deepEqual([begun, await kept.caughtUp.is()], [2, true]);
  }));

test('one that was emptied is restored, whatever the log tells last: orders that wait for longer than ended ones are kept', () =>
  withKept(settings, async (kept) => {
    const order = sampleOrder({ orderId: randomUUID() });
    const key = order.orderId;
    const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: longAgo };
    const ended: Step = { version: 2, command: 'cancel', from: 'processing', to: 'cancelled', at: longAgo };
    // All of one partition.
    const event = (orderId: string, step: Step) => {
      return { topic: eventsTopic, key, value: JSON.stringify({ orderId, ...step }) };
    };
    const log = kafkaLog(settings);
    await log.publish([
      { topic: commandTopic('process'), key, value: JSON.stringify(order) },
      event(key, first),
      ...Array.from({ length: 300 }, () => event(randomUUID(), ended)),
    ]);
    await log.close();
    await redis.del(orderKeys(settings.namespace).caughtUp);
    assert.match(await catchUp(settings, kept, () => undefined), /1 orders restored/);
    assert.deepEqual(await kept.orders.load([key]), [{ order, history: [first] }]);
  }));
