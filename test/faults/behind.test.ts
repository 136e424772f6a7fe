/** A Redis that has forgotten the last of what it was told is brought up to the log before anything acts on it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Redis } from 'ioredis';
import { commandTopic } from '../../functions/orders/topics.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import type { LogRecord } from '../../functions/runtime/ports.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import { forget } from '../../infra/forget/forget.ts';
import { withKept } from '../../infra/rebuild/kept.ts';
import { rebuildRedis } from '../../infra/rebuild/redis.ts';
import { assertComplete, everythingTold } from '../system/ends.ts';
import type { System } from '../system/systemProcess.ts';
import { openTrial, type Trial } from '../system/trial.ts';

const some = 10;
/** Waits of some hundred milliseconds. */
const clock = 20;

let trial: Trial;
let redis: Redis;
let system: System;

before(async () => {
  trial = await openTrial();
  redis = new Redis(trial.settings.redisUrl);
  system = await trial.start();
});
after(async () => {
  await trial.close();
  await redis.quit();
});

type Kept = readonly (readonly [key: string, value: Buffer, life: number])[];
const keys = () => redis.keys(`${trial.settings.namespace}*`);

/** All that Redis holds of the system at this moment. */
async function copy(): Promise<Kept> {
  const read = async (key: string) => [key, await redis.dumpBuffer(key), await redis.pttl(key)] as const;
  const all = await Promise.all((await keys()).map(read));
  return all.flatMap(([key, value, life]) => (value ? [[key, value, Math.max(0, life)] as const] : []));
}

/** As a power cut, an old backup or a failover leaves it. */
async function putBack(kept: Kept): Promise<void> {
  const now = await keys();
  if (now.length > 0) await redis.del(now);
  await Promise.all(kept.map(([key, value, life]) => redis.restore(key, life, value)));
}

/** Starts orders, and a copy of Redis when the first has come so far. @returns their ids and the copy */
async function halfWay(): Promise<{ ids: string[]; kept: Kept }> {
  const ids = await trial.customer.orders(some, { clock });
  await trial.customer.oneIsAt(ids, 3);
  return { ids, kept: await copy() };
}

async function assertClean(ids: readonly string[]): Promise<void> {
  await assertComplete(trial.customer, ids);
  const { accepted, finished } = await trial.auditWhen(everythingTold);
  assert.equal(finished, accepted);
}

test('what it forgot of orders that have moved on does not happen again', async () => {
  const { ids, kept } = await halfWay();
  await trial.customer.followAll(ids.slice(0, 3));
  await system.stop();
  await putBack(kept);
  system = await trial.start();
  assert.match(system.output(), /orders up: Redis was behind the log: \d+ orders restored/);
  await assertClean(ids);
});

test('one that holds nothing any more is restored at the start', async () => {
  const ids = await trial.customer.orders(some, { clock: 2 });
  await system.stop();
  await putBack([]);
  system = await trial.start();
  await assertClean(ids);
});

/** A dispatcher beside the system, as a rolling restart has it. */
async function assertJoins(): Promise<void> {
  const beside = await trial.start({ environment: { DESPACHO_PARTS: 'dispatcher' } });
  assert.match(beside.output(), /orders up: Redis holds what the log tells/);
  await beside.stop();
}

test('one that was caught up, and one that a customer was removed from, is no longer behind: another dispatcher joins', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await assertClean(ids);
  await system.stop();
  await putBack([]);
  system = await trial.start();
  await assertJoins();
  const email = 'ana.gone@example.com';
  const { orderId } = await trial.customer.order({ clock, details: { email } });
  await assertClean([orderId]);
  await forget(trial.settings, email);
  await assertJoins();
});

test('an order that has ended does not begin again where its own record comes again', async () => {
  const ids = await trial.customer.orders(2, { clock });
  await assertClean(ids);
  const before = await trial.audit();
  await system.stop();
  await putBack([]);
  system = await trial.start();
  const again: LogRecord[] = [];
  const topic = commandTopic('process');
  await readTopics(trial.settings, [{ topic }], ({ key, value }) => {
    if (ids.includes(key)) again.push({ topic, key, value });
  });
  const log = kafkaLog(trial.settings);
  await log.publish(again);
  await log.close();
  const now = await trial.auditWhen(() => true);
  assert.equal(again.length, 2);
  assert.deepEqual([now.transitions, now.letters, now.repeatedLetters], [before.transitions, before.letters, 0]);
});

test('who was forgotten comes back neither with a start that restores Redis nor with a rebuild', async () => {
  const email = 'eva.gone@example.com';
  const { orderId } = await trial.customer.order({ clock, details: { email } });
  const other = await trial.customer.order({ clock });
  await assertClean([orderId, other.orderId]);
  await forget(trial.settings, email);
  await system.stop();
  await putBack([]);
  system = await trial.start();
  assert.match(system.output(), /orders up: Redis was behind the log/);
  await withKept(trial.settings, (kept) => rebuildRedis(trial.settings, kept));
  assert.equal((await trial.customer.look(other.orderId)).orderId, other.orderId);
  await assert.rejects(trial.customer.look(orderId), /NOT_FOUND/);
});

test('a second system with another Redis is refused', async () => {
  await trial.customer.orders(some, { clock: 1 });
  const other = { REDIS_URL: `${trial.settings.redisUrl.replace(/\/$/, '')}/1` };
  await assert.rejects(trial.start({ environment: other }), /a system is at work on the same topics/);
});
