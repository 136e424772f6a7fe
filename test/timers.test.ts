import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { allDue } from '../functions/orders/dueTimes.redis.ts';
import { alarmQueue } from '../functions/orders/keys.redis.ts';
import type { Order, Step } from '../functions/orders/records.ts';
import { slotOf } from '../functions/orders/timerSlots.ts';
import { commandTopic } from '../functions/orders/topics.ts';
import type { Log } from '../functions/runtime/ports.ts';
import { readJson, readTopics } from '../functions/runtime/readTopics.kafka.ts';
import { systemClock } from '../infra/clock.ts';
import { type Fired, Firing } from '../infra/timers/firing.ts';
import { startTimers, type Timers } from '../infra/timers/worker.ts';
import { type Cable, layCable } from './faults/cable.ts';
import { openTrial, type Trial } from './system/trial.ts';
import { openWorld, type World } from './system/world.ts';

let trial: Trial;
let world: World;
let timers: Timers | undefined;

before(async () => {
  trial = await openTrial();
  world = await openWorld(trial.settings);
});
afterEach(async () => {
  await timers?.drain();
  timers = undefined;
});
after(async () => {
  await world.close();
  await trial.close();
});

/** Orders in `processing` that are to be prepared at this moment (ms since 1970), each in Redis with its due time. */
async function storeDue(moments: readonly number[]): Promise<{ orders: Order[]; slots: number[] }> {
  const orders = moments.map(() => world.order(randomUUID(), trial.run));
  const advances = orders.map((order, index) => {
    const at = moments[index] as number;
    const next = { command: 'prepare', at } as const;
    const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: at - 60_000, next };
    return { order, known: 0, history: [first] };
  });
  const { slots } = await world.orders.advance(advances);
  return { orders, slots };
}

/** The same, with their alarms. */
async function ordersDue(moments: readonly number[]): Promise<Order[]> {
  const { orders, slots } = await storeDue(moments);
  await world.alarms.set(slots);
  return orders;
}

type FiredCommand = { orderId: string; version: number; due: { at: number; firedAt: number } };

async function commandsOf(orders: readonly Order[]): Promise<FiredCommand[]> {
  const fired: FiredCommand[] = [];
  const wanted = new Set(orders.map(({ orderId }) => orderId));
  await readTopics(trial.settings, [{ topic: commandTopic('prepare') }], ({ key, value }) => {
    if (wanted.has(key)) fired.push(readJson(value) as FiredCommand);
  });
  return fired;
}

/** Resolves when the topic has a command for each of them. */
async function untilFired(orders: readonly Order[]): Promise<void> {
  const missing = new Set(orders.map(({ orderId }) => orderId));
  await trial.until(commandTopic('prepare'), ({ key }) => missing.delete(String(key)) && missing.size === 0);
}

const silent = { info: () => {}, error: () => {} };
const heldNow = () => allDue(world.dueTimes);

test('each due time becomes one command, not before its moment, and is forgotten then', async () => {
  timers = await startTimers(trial.settings, silent);
  const now = Date.now();
  const orders = await ordersDue(Array.from({ length: 300 }, (_, number) => now + number));
  await untilFired(orders);
  await timers.drain();
  timers = undefined;
  const fired = await commandsOf(orders);
  assert.equal(fired.length, orders.length);
  for (const { version, due } of fired) {
    assert.equal(version, 1);
    assert.ok(due.firedAt >= due.at, 'never early');
  }
  assert.deepEqual(await heldNow(), []);
});

test('what lost its alarm is found all the same', async () => {
  const orders = await ordersDue([Date.now() - 5000, Date.now() - 1]);
  await world.forgetAlarms();
  timers = await startTimers(trial.settings, silent);
  await untilFired(orders);
});

test('two workers on one namespace leave nothing behind', async () => {
  const [one, two] = await Promise.all([startTimers(trial.settings, silent), startTimers(trial.settings, silent)]);
  const now = Date.now();
  const orders = await ordersDue(Array.from({ length: 200 }, (_, number) => now + number));
  await untilFired(orders);
  await Promise.all([one.drain(), two.drain()]);
  assert.deepEqual(await heldNow(), []);
});

type Told = Fired | { failure: string };

/** Fires onto `log`; `next` resolves with what it tells next. */
function firingOn(log: Log, clock = systemClock) {
  const told = new EventEmitter();
  const tell = (what: Told) => void told.emit('told', what);
  const watch = { fired: tell, failed: (error: unknown) => tell({ failure: String(error) }) };
  const firing = new Firing({ dueTimes: world.dueTimes, log, clock, watch });
  return { firing, next: async (): Promise<Told> => (await once(told, 'told'))[0] };
}

test('while Kafka takes nothing the due times stay, and a later try fires them', async () => {
  const orders = await ordersDue([Date.now() - 1000, Date.now() - 500]);
  let away = true;
  const { firing, next } = firingOn({
    publish: (records) => (away ? Promise.reject(new Error('no broker')) : world.log.publish(records)),
  });
  const first = next();
  await firing.sweep();
  assert.deepEqual(await first, { failure: 'Error: no broker' });
  assert.equal((await heldNow()).length, orders.length);
  away = false;
  assert.equal(((await next()) as Fired).commands, 2);
  await firing.close();
  assert.equal((await commandsOf(orders)).length, 2);
});

test('a slot that is opened again while it is fired is fired once', async () => {
  const orders = await ordersDue([Date.now() - 1000]);
  const [gate, published] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const { firing } = firingOn({
    async publish(records) {
      published.resolve();
      await gate.promise;
      await world.log.publish(records);
    },
  });
  const slots = await world.dueTimes.slots(Date.now(), 10);
  await firing.open(slots);
  await published.promise;
  await firing.open(slots);
  gate.resolve();
  await firing.close();
  assert.equal((await commandsOf(orders)).length, 1);
  assert.deepEqual(await heldNow(), []);
});

test('an order that joins a slot while the slot is fired is fired too', async () => {
  const due = Date.now() - 1000;
  const [first] = await ordersDue([due]);
  let late: Order[] = [];
  const { firing, next } = firingOn({
    async publish(records) {
      if (late.length === 0) {
        late = await ordersDue([due]);
        await firing.open(await world.dueTimes.slots(Date.now(), 10));
      }
      await world.log.publish(records);
    },
  });
  const both = next().then(next);
  await firing.sweep();
  await both;
  await firing.close();
  assert.equal((await commandsOf([...late, ...(first ? [first] : [])])).length, 2);
  assert.deepEqual(await heldNow(), []);
});

test('what is published of a slot when the timers end in its middle is not published again', async () => {
  const width = trial.settings.timerSlot;
  const slot = slotOf(Date.now() + 7_200_000, width);
  const [published, left] = await ordersDue([slot - width + 1, slot]);
  const { firing, next } = firingOn(world.log, { ...systemClock, now: () => slot - width + 1 });
  const fired = next();
  await firing.open([slot]);
  assert.equal(((await fired) as Fired).commands, 1);
  await firing.close();
  const held = (await heldNow()).map(({ orderId }) => orderId);
  assert.ok(left && held.includes(left.orderId), 'the later one stays for the next start');
  assert.ok(published && !held.includes(published.orderId), 'the earlier one is forgotten');
});

test('an alarm is set once for a slot to come, and for each who joins one that is open', async () => {
  const hour = 3_600_000;
  const moment = Date.now() + hour;
  const later = [await storeDue([moment]), await storeDue([moment])];
  assert.deepEqual(
    later.map(({ slots }) => slots.length),
    [1, 0],
  );
  const soon = Date.now() + 20;
  assert.deepEqual((await storeDue([soon])).slots, (await storeDue([soon, soon])).slots);
});

/** Timers behind a cable. */
async function timersBehind(context: TestContext): Promise<Cable> {
  const cable = await layCable(trial.settings.redisUrl);
  context.after(() => cable.close());
  timers = await startTimers({ ...trial.settings, redisUrl: cable.url }, { info: () => {}, error: () => {} });
  return cable;
}

test('timers end within seconds while Redis answers nothing, and what they did not fire is fired by the next', async (context) => {
  const cable = await timersBehind(context);
  const now = Date.now();
  const orders = await ordersDue(Array.from({ length: 100 }, (_, index) => now + 500 + 20 * index));
  const wanted = new Set(orders.map(({ orderId }) => orderId));
  await trial.until(commandTopic('prepare'), ({ key }) => wanted.has(String(key)));
  cable.become('hold');
  const since = performance.now();
  await timers?.drain();
  assert.ok(performance.now() - since < 25_000);
  timers = await startTimers(trial.settings, { info: () => {}, error: () => {} });
  await trial.until(commandTopic('prepare'), ({ key }) => wanted.delete(String(key)) && wanted.size === 0);
});

test('alarms wake timers again whose connections went silent', async (context) => {
  const cable = await timersBehind(context);
  cable.become('lose');
  const { name, prefix } = alarmQueue(trial.settings.namespace);
  const queue = new Queue(name, { connection: { url: trial.settings.redisUrl }, prefix });
  context.after(() => queue.close());
  await ordersDue([Date.now()]);
  // The sweep fires the command all the same: only the worker takes the job.
  while ((await queue.getJobCountByTypes('waiting')) > 0) await pause(100);
});
