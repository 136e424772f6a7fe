/** What orders, due times and marks are held to, in Redis and in the store that stands for it in the simulation: the same tests. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, describe, test } from 'node:test';
import { redisSent } from '../../../functions/notifications/sent.redis.ts';
import { redisDueTimes } from '../../../functions/orders/dueTimes.redis.ts';
import { sampleOrder } from '../../../functions/orders/order.fixture.ts';
import { redisOrders } from '../../../functions/orders/orders.redis.ts';
import type { Due } from '../../../functions/orders/ports.ts';
import type { Order, Step } from '../../../functions/orders/records.ts';
import { slotOf } from '../../../functions/orders/timerSlots.ts';
import { connectRedis } from '../../../functions/runtime/connection.redis.ts';
import { readSettings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { redisCaughtUp } from '../../../infra/rebuild/caughtUp.redis.ts';
import { removeNamespace } from '../../../infra/system/namespace.ts';
import { caughtUpIn, dueTimesIn, guardedOrdersIn, guardedSentIn, ordersIn, sentIn } from './ports.ts';
import { Store } from './store.ts';
import type { Surroundings } from './system.ts';

const settings = { ...readSettings(), namespace: `store-${randomUUID().slice(0, 6)}.` };
const width = settings.timerSlot;

function inRedis() {
  const redis = connectRedis(settings);
  after(() => removeNamespace(settings).finally(() => redis.disconnect()));
  return {
    orders: redisOrders(redis, settings),
    guarded: redisOrders(redis, settings, systemClock, 'what it was brought up to'),
    dueTimes: redisDueTimes(redis, settings),
    sent: redisSent(redis, settings),
    guardedSent: redisSent(redis, settings, 'what it was brought up to'),
    caughtUp: redisCaughtUp(redis, settings),
  };
}

function inMemory() {
  const calls = { call: async (_: unknown, deed: () => unknown) => deed() };
  const of = { calls, process: { clock: systemClock }, system: { store: new Store(width) } } as unknown as Surroundings;
  return {
    ...{ orders: ordersIn(of), guarded: guardedOrdersIn(of), dueTimes: dueTimesIn(of) },
    ...{ sent: sentIn(of), guardedSent: guardedSentIn(of), caughtUp: caughtUpIn(of) },
  };
}

/** In an hour, and an hour ago: long before its slot opens, and long after. */
const [later, earlier] = [Date.now() + 3_600_000, Date.now() - 3_600_000].map((at) => slotOf(at, width) - 1) as [
  number,
  number,
];

const first = (nextAt = later): Step => ({
  ...{ version: 1, command: 'process', from: null, to: 'processing', at: nextAt - 1000 },
  next: { command: 'prepare', at: nextAt },
});
const second: Step = { version: 2, command: 'cancel', from: 'processing', to: 'cancelled', at: later };
const someOrder = (): Order => sampleOrder({ orderId: randomUUID() });
const dueOf = ({ orderId }: Order, at: number): Due => ({ orderId, version: 1, command: 'prepare', at });

for (const [where, open] of Object.entries({ 'in Redis': inRedis, 'in memory': inMemory })) {
  describe(`orders ${where}`, () => {
    const { orders, guarded, dueTimes, sent, guardedSent, caughtUp } = open();
    const put = (order: Order, at = later) => orders.advance([{ order, known: 0, history: [first(at)] }]);
    const heldIn = async (slot: number) => (await dueTimes.read([slot]))[0]?.due ?? [];

    test('a step is written where the history is as long as was known, and nothing of it anywhere else', async () => {
      const [one, other] = [someOrder(), someOrder()];
      await put(one);
      const history = [first(earlier), second];
      const { written } = await orders.advance([
        { order: one, known: 0, history: [first(earlier)] },
        { order: other, known: 0, history },
      ]);
      assert.deepEqual(written, [false, true]);
      const known = await orders.load([one.orderId, randomUUID(), other.orderId]);
      assert.deepEqual(known, [{ order: one, history: [first()] }, undefined, { order: other, history }]);
      assert.deepEqual((await orders.advance([{ order: one, known: 1, history: [first(), second] }])).written, [true]);
      assert.deepEqual((await orders.load([one.orderId]))[0]?.history, [first(), second]);
    });

    test('a slot needs an alarm when it is new, and when it is open already', async () => {
      const at = later + 10 * width;
      const slot = slotOf(at, width);
      assert.deepEqual((await put(someOrder(), at)).slots, [slot]);
      assert.deepEqual((await put(someOrder(), at)).slots, []);
      for (const _ of [1, 2]) assert.deepEqual((await put(someOrder(), earlier)).slots, [slotOf(earlier, width)]);
    });

    test('a due time lies in its slot until it is done, and goes with the last of it', async () => {
      const at = later + 20 * width;
      const slot = slotOf(at, width);
      const [one, other] = [someOrder(), someOrder()];
      await put(one, at);
      await put(other, at);
      assert.deepEqual(new Set(await heldIn(slot)), new Set([dueOf(one, at), dueOf(other, at)]));
      await dueTimes.done([{ slot, due: [dueOf(one, at)] }]);
      assert.deepEqual(await heldIn(slot), [dueOf(other, at)]);
      assert.ok((await dueTimes.slots(slot, 1000)).includes(slot));
      await dueTimes.done([{ slot, due: [dueOf(other, at)] }]);
      assert.ok(!(await dueTimes.slots(slot, 1000)).includes(slot));
    });

    test('slots are told from the oldest on, up to a moment, so many of them', async () => {
      const ats = [3, 1, 2].map((hours) => earlier - hours * 3_600_000);
      for (const at of ats) await put(someOrder(), at);
      const slots = ats.map((at) => slotOf(at, width)).sort((a, b) => a - b);
      assert.deepEqual(await dueTimes.slots(slots[2] ?? 0, 2), slots.slice(0, 2));
      assert.deepEqual(await dueTimes.slots(slots[1] ?? 0, 9), slots.slice(0, 2));
    });

    test('what is reminded of is due again, and what is over or goes on at once is not', async () => {
      const at = later + 30 * width;
      const slot = slotOf(at, width);
      const [order, over, hasty] = [someOrder(), someOrder(), someOrder()];
      await put(order, at);
      await dueTimes.done([{ slot, due: [dueOf(order, at)] }]);
      const slots = await orders.remind([
        { order, history: [first(at)] },
        { order: over, history: [first(at), second] },
        { order: hasty, history: [{ ...first(), at: later }] },
      ]);
      assert.deepEqual(slots, [slot]);
      assert.deepEqual(await heldIn(slot), [dueOf(order, at)]);
    });

    test('an e-mail is marked as sent where its order is known, and nowhere else', async () => {
      const [order, stranger] = [someOrder(), someOrder()];
      await put(order);
      const steps = [order, stranger].map(({ orderId }) => ({ orderId, version: 1 }));
      assert.deepEqual(await sent.check(steps), [undefined, undefined]);
      for (const step of steps) await sent.mark(step, 1234);
      assert.deepEqual(await sent.check(steps), [1234, undefined]);
    });

    test('one that has not been brought up to the log is refused those who would act on it, until it has', async () => {
      const order = someOrder();
      assert.equal(await caughtUp.is(), false);
      await assert.rejects(guarded.load([order.orderId]), /BEHIND/);
      await assert.rejects(guarded.advance([{ order, known: 0, history: [first()] }]), /BEHIND/);
      const step = { orderId: order.orderId, version: 1 };
      await assert.rejects(guardedSent.check([step]), /BEHIND/);
      assert.deepEqual(await sent.check([step]), [undefined]);
      assert.deepEqual(await orders.load([order.orderId]), [undefined]);
      const { run, lately } = await caughtUp.begin();
      assert.deepEqual([lately, await caughtUp.begin()], [false, { run, lately: false }]);
      assert.deepEqual([await caughtUp.set('of another run'), await caughtUp.is()], [false, false]);
      await assert.rejects(guarded.load([order.orderId]), /BEHIND/);
      assert.deepEqual([await caughtUp.set(run), await caughtUp.is()], [true, true]);
      assert.deepEqual([await caughtUp.begin(), await caughtUp.is()], [{ run, lately: true }, true]);
      assert.deepEqual((await guarded.advance([{ order, known: 0, history: [first()] }])).written, [true]);
      assert.deepEqual(await guarded.load([order.orderId]), [{ order, history: [first()] }]);
      await guardedSent.mark(step, 5);
      assert.deepEqual(await guardedSent.check([step]), [5]);
    });
  });
}
