/** Redis out of Kafka, some orders at a time. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { emailDocument } from '../../functions/notifications/emailDocument.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import type { Order, Step } from '../../functions/orders/records.ts';
import { createTopics } from '../../functions/orders/topics.kafka.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { removeNamespace } from '../system/namespace.ts';
import { withKept } from './kept.ts';
import { rebuildRedis } from './redis.ts';

const settings = { ...readSettings(), namespace: `rebuild-${randomUUID().slice(0, 6)}.` };
const some = 7;
const together = 3;
/** Longer ago than Redis keeps an order that has ended. */
const longAgo = 1000;

const underWay = Array.from({ length: some }, () => sampleOrder({ orderId: randomUUID() }));
const ended = Array.from({ length: some }, () => sampleOrder({ orderId: randomUUID() }));
const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: longAgo };
const second: Step = { version: 2, command: 'prepare', from: 'processing', to: 'preparing', at: longAgo };
const cancelled: Step = { version: 2, command: 'cancel', from: 'processing', to: 'cancelled', at: longAgo };

const placed = (order: Order) => ({
  topic: commandTopic('process'),
  key: order.orderId,
  value: JSON.stringify(order),
});
const event = ({ orderId }: Order, step: Step) => ({
  topic: eventsTopic,
  key: orderId,
  value: JSON.stringify({ orderId, ...step }),
});
const mailed = (order: Order) => {
  const document = emailDocument(order, first, 1234);
  return { topic: documentsTopic, key: document.id, value: JSON.stringify(document) };
};

before(async () => {
  await createTopics(settings);
  const log = kafkaLog(settings);
  await log.publish([
    ...[...underWay, ...ended].flatMap((order) => [placed(order), mailed(order), event(order, first)]),
    ...underWay.map((order) => event(order, second)),
    ...ended.map((order) => event(order, cancelled)),
    { topic: eventsTopic, key: 'stranger', value: 'xxx' },
  ]);
  await log.close();
});
after(() => removeNamespace(settings));

test('however long the log is, no more orders are held than so many at a time, and all are restored', () =>
  withKept(settings, async (kept) => {
    const held: number[] = [];
    const advance: typeof kept.orders.advance = (advances) => {
      held.push(advances.length);
      return kept.orders.advance(advances);
    };
    const { restored, faults, passedOver } = await rebuildRedis(
      settings,
      { ...kept, orders: { ...kept.orders, advance } },
      together,
    );
    assert.deepEqual([restored, faults], [some, []]);
    assert.deepEqual(held, [3, 3, 1]);
    assert.match(passedOver.join(), /^orders\.events-\d@\d+ is not what its topic holds$/);
    const known = await kept.orders.load([...underWay, ...ended].map(({ orderId }) => orderId));
    assert.deepEqual(
      known,
      [...underWay, ...ended].map((order, index) => (index < some ? { order, history: [first, second] } : undefined)),
    );
    const marks = await kept.sent.check([...underWay, ...ended].map(({ orderId }) => ({ orderId, version: 1 })));
    assert.deepEqual(marks, [...underWay.map(() => 1234), ...ended.map(() => undefined)]);
    assert.equal((await rebuildRedis(settings, kept)).restored, 0);
  }));
