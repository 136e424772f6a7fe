import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Event } from '../../functions/orders/records.ts';
import { Tally } from './tally.ts';

const surroundings = { lag: [], dead: [], load: null, lab: null, overdue: 0 };
const way = [
  { version: 1, command: 'process', from: null, to: 'processing' },
  { version: 2, command: 'prepare', from: 'processing', to: 'preparing' },
  { version: 3, command: 'ship', from: 'preparing', to: 'shipped' },
  { version: 4, command: 'deliver', from: 'shipped', to: 'delivered' },
  { version: 5, command: 'complete', from: 'delivered', to: 'completed' },
] as const;

/** The events of one order, a second apart. */
const eventsOf = (orderId: string): Event[] => way.map((step) => ({ ...step, orderId, at: step.version * 1000 }));

test('every order is counted in one state, however often and in whatever interleaving its events are told', () => {
  const orders = fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(orders, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (lengths, chance) => {
      const tally = new Tally();
      const queues = lengths.map((length, index) => eventsOf(`order-${index}`).slice(0, length));
      const draw = () => chance.next().value as number;
      while (queues.some((queue) => queue.length > 0)) {
        const open = queues.filter((queue) => queue.length > 0);
        const queue = open[Math.min(open.length - 1, Math.floor(draw() * open.length))];
        const [event] = queue ?? [];
        if (!queue || !event) continue;
        tally.takeEvent(event);
        // A redelivered command tells its event again.
        if (draw() < 0.7) queue.shift();
      }
      const { states } = tally.tick(0, surroundings);
      const expected = way.map((_, index) => lengths.filter((length) => length === index + 1).length);
      assert.deepEqual(
        way.map(({ to }) => states[to]),
        expected,
      );
    }),
  );
});

test('an event of an order that is finished does not bring it back', () => {
  const tally = new Tally();
  for (const event of [...eventsOf('one'), ...eventsOf('one')]) tally.takeEvent(event);
  const { states, transitions } = tally.tick(0, surroundings);
  assert.equal(states.completed, 1);
  assert.equal(states.processing + states.preparing + states.shipped + states.delivered, 0);
  assert.equal(transitions.complete.total, 1);
});

test('orders that were under way before are known by their due times', () => {
  const tally = new Tally();
  tally.restart([
    { orderId: 'one', version: 2, command: 'ship', at: 500 },
    { orderId: 'two', version: 3, command: 'setback', at: 2500 },
  ]);
  const before = tally.tick(0, surroundings);
  assert.equal(before.states.preparing, 1);
  assert.equal(before.states.shipped, 1);
  assert.deepEqual(before.timers.due.slice(0, 3), [1, 0, 1]);
  tally.takeEvent({ ...way[2], orderId: 'one', at: 600 });
  const after = tally.tick(1000, surroundings);
  assert.equal(after.states.preparing, 0);
  assert.equal(after.states.shipped, 2);
});

test('a second ends with its own numbers, and latencies tell the step before', () => {
  const tally = new Tally();
  for (const event of eventsOf('one')) tally.takeEvent(event);
  const { point, transitions } = tally.tick(0, surroundings);
  assert.deepEqual([point.placed, point.moved, point.completed], [1, 5, 1]);
  assert.equal(transitions.ship.latency?.p50, 1000);
  assert.equal(tally.tick(1000, surroundings).point.moved, 0);
});

test('invocations are summed by function', () => {
  const tally = new Tally();
  const body = {
    'faas.name': 'ship',
    'messaging.batch.message_count': 7,
    'event.outcome': 'failure',
    'event.duration': 5e6,
  };
  tally.takeDocument({ index: 'despacho-invocations', body });
  tally.takeDocument({
    index: 'despacho-invocations',
    body: { ...body, 'event.outcome': 'success', 'despacho.retries': 1 },
  });
  tally.takeDocument({ index: 'despacho-emails', body: {} });
  const { functions, point } = tally.tick(0, surroundings);
  assert.equal(functions.ship?.records, 14);
  assert.deepEqual([functions.ship?.failures, functions.ship?.retries, functions.ship?.duration?.max], [1, 1, 5]);
  assert.deepEqual([point.invoked, point.mailed], [2, 1]);
});

test('whoever writes ever more names of functions to Kafka makes nothing here grow without end', () => {
  const tally = new Tally();
  for (let count = 0; count < 5000; count++) {
    tally.takeDocument({ index: 'despacho-invocations', body: { 'faas.name': `f${count}` } });
  }
  assert.ok(Object.keys(tally.tick(0, surroundings).functions).length <= 100);
});
