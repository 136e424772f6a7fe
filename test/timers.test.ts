import assert from 'node:assert/strict';
import { after, afterEach, before, type TestContext, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { Queue } from 'bullmq';
import { alarmQueue } from '../functions/orders/keys.redis.ts';
import { commandTopic } from '../functions/orders/topics.ts';
import { startTimers, type Timers } from '../infra/timers/worker.ts';
import { type Cable, layCable } from './faults/cable.ts';
import { type DueOrders, openDueOrders } from './system/dueOrders.ts';

const silent = { info: () => {}, error: () => {} };
let due: DueOrders;
let timers: Timers | undefined;

before(async () => {
  due = await openDueOrders();
});
afterEach(async () => {
  await timers?.drain();
  timers = undefined;
});
after(() => due.close());

test('each due time becomes one command, not before its moment, and is forgotten then', async () => {
  timers = await startTimers(due.trial.settings, silent);
  const now = Date.now();
  const orders = await due.ordersDue(Array.from({ length: 300 }, (_, number) => now + number));
  await due.untilFired(orders);
  await timers.drain();
  timers = undefined;
  const fired = await due.commandsOf(orders);
  assert.equal(fired.length, orders.length);
  for (const { version, due: time } of fired) {
    assert.equal(version, 1);
    assert.ok(time.firedAt >= time.at, 'never early');
  }
  assert.deepEqual(await due.heldNow(), []);
});

test('what lost its alarm is found all the same', async () => {
  const orders = await due.ordersDue([Date.now() - 5000, Date.now() - 1]);
  await due.world.forgetAlarms();
  timers = await startTimers(due.trial.settings, silent);
  await due.untilFired(orders);
});

test('two workers on one namespace leave nothing behind', async () => {
  const [one, two] = await Promise.all([
    startTimers(due.trial.settings, silent),
    startTimers(due.trial.settings, silent),
  ]);
  const now = Date.now();
  const orders = await due.ordersDue(Array.from({ length: 200 }, (_, number) => now + number));
  await due.untilFired(orders);
  await Promise.all([one.drain(), two.drain()]);
  assert.deepEqual(await due.heldNow(), []);
});

test('an alarm is set once for a slot to come, and for each who joins one that is open', async () => {
  const hour = 3_600_000;
  const moment = Date.now() + hour;
  const later = [await due.storeDue([moment]), await due.storeDue([moment])];
  assert.deepEqual(
    later.map(({ slots }) => slots.length),
    [1, 0],
  );
  const soon = Date.now() + 20;
  assert.deepEqual((await due.storeDue([soon])).slots, (await due.storeDue([soon, soon])).slots);
});

/** Timers behind a cable. */
async function timersBehind(context: TestContext): Promise<Cable> {
  const cable = await layCable(due.trial.settings.redisUrl);
  context.after(() => cable.close());
  timers = await startTimers({ ...due.trial.settings, redisUrl: cable.url }, silent);
  return cable;
}

test('timers end within seconds while Redis answers nothing, and what they did not fire is fired by the next', async (context) => {
  const cable = await timersBehind(context);
  const now = Date.now();
  const orders = await due.ordersDue(Array.from({ length: 100 }, (_, index) => now + 500 + 20 * index));
  const wanted = new Set(orders.map(({ orderId }) => orderId));
  await due.trial.until(commandTopic('prepare'), ({ key }) => wanted.has(String(key)));
  cable.become('hold');
  const since = performance.now();
  await timers?.drain();
  assert.ok(performance.now() - since < 25_000);
  timers = await startTimers(due.trial.settings, silent);
  await due.trial.until(commandTopic('prepare'), ({ key }) => wanted.delete(String(key)) && wanted.size === 0);
});

test('alarms wake timers again whose connections went silent', async (context) => {
  const cable = await timersBehind(context);
  cable.become('lose');
  const { name, prefix } = alarmQueue(due.trial.settings.namespace);
  const queue = new Queue(name, { connection: { url: due.trial.settings.redisUrl }, prefix });
  context.after(() => queue.close());
  await due.ordersDue([Date.now()]);
  // The sweep fires the command all the same: only the worker takes the job.
  while ((await queue.getJobCountByTypes('waiting')) > 0) await pause(100);
});
