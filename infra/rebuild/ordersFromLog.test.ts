import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import type { Step } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { OrdersFromLog } from './ordersFromLog.ts';

const order = sampleOrder();
const { orderId } = order;
const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: 2000 };
const second: Step = { version: 2, command: 'prepare', from: 'processing', to: 'preparing', at: 3000 };
const third: Step = { version: 3, command: 'ship', from: 'preparing', to: 'shipped', at: 4000 };

const placed = { topic: 'orders.placed', value: JSON.stringify(order) };
const event = (step: Step) => ({ topic: eventsTopic, value: JSON.stringify({ orderId, ...step }) });

function tell(...records: { topic: string; value: string }[]) {
  const orders = new OrdersFromLog(new Set([orderId]));
  for (const record of records) orders.take(record);
  return orders.told();
}

describe('what a rebuild takes from the log', () => {
  test('an order whose own record is gone is told, and not left out without a word', () => {
    const { orders, faults } = tell(event(first));
    assert.deepEqual(orders, []);
    assert.match(faults.join(), new RegExp(`${orderId}: its record is not in orders.placed any more`));
  });

  test('a step that only later ones tell of is restored as what it must have been, and nothing of it happens twice', () => {
    const due = { at: 3900, firedAt: 3950 };
    const { orders, faults } = tell(placed, event({ ...third, due }));
    assert.deepEqual(faults, []);
    const { orderId: _, placedAt } = order;
    assert.deepEqual(orders[0]?.history, [
      { version: 1, command: 'process', from: null, to: 'processing', at: placedAt },
      { ...second, at: placedAt, next: { command: 'ship', at: due.at } },
      { ...third, due },
    ]);
  });

  test('what follows a gap that nothing can fill is told, and what precedes it restored', () => {
    const { orders, faults } = tell(placed, event(first), event({ ...third, from: 'delivered' }));
    assert.deepEqual(orders[0]?.history, [first]);
    assert.match(faults.join(), /its step 2 is not in orders.events, but 3/);
  });

  test('a repeated event, and an order that never moved, are no faults', () => {
    const { orders, faults } = tell(placed, event(first), event(first));
    assert.equal(orders.length, 1);
    assert.deepEqual(faults, []);
    assert.deepEqual(tell(placed), { orders: [], faults: [] });
  });

  test("nothing is kept of other orders, and others' records are told", () => {
    const orders = new OrdersFromLog(new Set());
    assert.ok(orders.take(placed) && orders.take(event(first)));
    assert.deepEqual(orders.told(), { orders: [], faults: [] });
    assert.ok(
      !orders.take({ topic: eventsTopic, value: 'xxx' }) && !orders.take({ topic: 'orders.placed', value: '{}' }),
    );
  });
});
