/** What becomes of due times in Redis, and of their commands in Kafka, whatever happens while they are fired. */
import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import { after, before, test } from 'node:test';
import type { Order } from '../../functions/orders/records.ts';
import { slotOf } from '../../functions/orders/timerSlots.ts';
import type { Log } from '../../functions/runtime/ports.ts';
import { type DueOrders, openDueOrders } from '../../test/system/dueOrders.ts';
import { systemClock } from '../clock.ts';
import { type Fired, Firing } from './firing.ts';

let due: DueOrders;

before(async () => {
  due = await openDueOrders();
});
after(() => due.close());

type Told = Fired | { failure: string };

/** Fires onto `log`; `next` resolves with what it tells next. */
function firingOn(log: Log, clock = systemClock) {
  const told = new EventEmitter();
  const tell = (what: Told) => void told.emit('told', what);
  const watch = { fired: tell, failed: (error: unknown) => tell({ failure: String(error) }) };
  const firing = new Firing({ dueTimes: due.world.dueTimes, log, clock, watch });
  return { firing, next: async (): Promise<Told> => (await once(told, 'told'))[0] };
}

test('while Kafka takes nothing the due times stay, and a later try fires them', async () => {
  const orders = await due.ordersDue([Date.now() - 1000, Date.now() - 500]);
  let away = true;
  const { firing, next } = firingOn({
    publish: (records) => (away ? Promise.reject(new Error('no broker')) : due.world.log.publish(records)),
  });
  const first = next();
  await firing.sweep();
  assert.deepEqual(await first, { failure: 'Error: no broker' });
  assert.equal((await due.heldNow()).length, orders.length);
  away = false;
  assert.equal(((await next()) as Fired).commands, 2);
  await firing.close();
  assert.equal((await due.commandsOf(orders)).length, 2);
});

test('a slot that is opened again while it is fired is fired once', async () => {
  const orders = await due.ordersDue([Date.now() - 1000]);
  const [gate, published] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { firing } = firingOn({
    async publish(records) {
      published.resolve();
      await gate.promise;
      await due.world.log.publish(records);
    },
  });
  const slots = await due.world.dueTimes.slots(Date.now(), 10);
  await firing.open(slots);
  await published.promise;
  await firing.open(slots);
  gate.resolve();
  await firing.close();
  assert.equal((await due.commandsOf(orders)).length, 1);
  assert.deepEqual(await due.heldNow(), []);
});

test('an order that joins a slot while the slot is fired is fired too', async () => {
  const moment = Date.now() - 1000;
  const [first] = await due.ordersDue([moment]);
  let late: Order[] = [];
  const { firing, next } = firingOn({
    async publish(records) {
      if (late.length === 0) {
        late = await due.ordersDue([moment]);
        await firing.open(await due.world.dueTimes.slots(Date.now(), 10));
      }
      await due.world.log.publish(records);
    },
  });
  const both = next().then(next);
  await firing.sweep();
  await both;
  await firing.close();
  assert.equal((await due.commandsOf([...late, ...(first ? [first] : [])])).length, 2);
  assert.deepEqual(await due.heldNow(), []);
});

test('what is published of a slot when the timers end in its middle is not published again', async () => {
  const width = due.trial.settings.timerSlot;
  const slot = slotOf(Date.now() + 7_200_000, width);
  const [published, left] = await due.ordersDue([slot - width + 1, slot]);
  const { firing, next } = firingOn(due.world.log, { ...systemClock, now: () => slot - width + 1 });
  const fired = next();
  await firing.open([slot]);
  assert.equal(((await fired) as Fired).commands, 1);
  await firing.close();
  const held = (await due.heldNow()).map(({ orderId }) => orderId);
  assert.ok(left && held.includes(left.orderId), 'the later one stays for the next start');
  assert.ok(published && !held.includes(published.orderId), 'the earlier one is forgotten');
});
