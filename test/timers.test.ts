import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, afterEach, before, test } from 'node:test';
import type { Order, Step } from '../functions/orders/records.ts';
import { commandTopic } from '../functions/orders/topics.ts';
import type { Log } from '../functions/runtime/ports.ts';
import { firing } from '../infra/timers/fire.ts';
import { startTimers, type Timers } from '../infra/timers/worker.ts';
import { readJson, readTopics } from '../scripts/readTopics.ts';
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
async function ordersDue(moments: readonly number[]): Promise<Order[]> {
  const orders = moments.map(() => world.order(randomUUID(), trial.run));
  const advances = orders.map((order, index) => {
    const at = moments[index] as number;
    const next = { command: 'prepare', at } as const;
    const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: at - 60_000, next };
    return { order, known: 0, history: [first] };
  });
  const { slots } = await world.orders.advance(advances);
  await world.alarms.set(slots);
  return orders;
}

type Fired = { orderId: string; version: number; due: { at: number; firedAt: number } };

async function commandsOf(orders: readonly Order[]): Promise<Fired[]> {
  const fired: Fired[] = [];
  const wanted = new Set(orders.map(({ orderId }) => orderId));
  await readTopics(trial.settings, [{ topic: commandTopic('prepare') }], ({ key, value }) => {
    if (wanted.has(key)) fired.push(readJson(value) as Fired);
  });
  return fired;
}

/** Resolves when the topic has a command for each of them. */
async function untilFired(orders: readonly Order[]): Promise<void> {
  const missing = new Set(orders.map(({ orderId }) => orderId));
  await trial.until(commandTopic('prepare'), ({ key }) => missing.delete(String(key)) && missing.size === 0);
}

const silent = { info: () => {}, error: () => {} };
const heldNow = async () => (await world.dueTimes.take(Number.MAX_SAFE_INTEGER, 1000)).flatMap(({ due }) => due);

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

test('while Kafka takes nothing the due times stay, and a later try fires them', async () => {
  const orders = await ordersDue([Date.now() - 10, Date.now() - 5]);
  let away = true;
  const log: Log = {
    publish: (records) => (away ? Promise.reject(new Error('no broker')) : world.log.publish(records)),
  };
  const fire = firing(world.dueTimes, log, Date.now);
  await assert.rejects(fire(), /no broker/);
  assert.equal((await heldNow()).length, orders.length);
  away = false;
  assert.deepEqual({ ...(await fire()), latest: 0 }, { commands: 2, latest: 0 });
  assert.equal((await commandsOf(orders)).length, 2);
});

test('calls that come while one is under way share the next one', async () => {
  const [order] = await ordersDue([Date.now() - 10]);
  const gate = Promise.withResolvers<void>();
  const published = Promise.withResolvers<void>();
  const fire = firing(
    world.dueTimes,
    {
      async publish(records) {
        published.resolve();
        await gate.promise;
        await world.log.publish(records);
      },
    },
    Date.now,
  );
  const first = fire();
  await published.promise;
  const [second, third] = [fire(), fire()];
  assert.equal(second, third);
  gate.resolve();
  assert.equal((await first).commands, 1);
  assert.equal((await second).commands, 0);
  assert.equal((await commandsOf(order ? [order] : [])).length, 1);
});

test('an order that joins a slot while the slot is fired is fired too', async () => {
  const due = Date.now() - 10;
  const [first] = await ordersDue([due]);
  let late: Order[] = [];
  const fire = firing(
    world.dueTimes,
    {
      async publish(records) {
        if (late.length === 0) late = await ordersDue([due]);
        await world.log.publish(records);
      },
    },
    Date.now,
  );
  assert.equal((await fire()).commands, 2);
  assert.equal((await commandsOf([...late, ...(first ? [first] : [])])).length, 2);
  assert.deepEqual(await heldNow(), []);
});
