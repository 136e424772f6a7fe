/** Each engine goes away in the middle of the work, or loses all that it held: nothing is lost, and nothing doubled. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import { status } from '@grpc/grpc-js';
import { Redis } from 'ioredis';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { eventSchema } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { down } from '../../infra/engines/down.ts';
import { type Trial as Engines, privateEngines } from '../../infra/engines/engines.fixture.ts';
import { signalGroup } from '../../infra/engines/processGroup.ts';
import { up } from '../../infra/engines/up.ts';
import { removeIndices } from '../../infra/system/namespace.ts';
import { assertComplete, everythingTold } from '../system/ends.ts';
import { root } from '../system/service.ts';
import type { System } from '../system/systemProcess.ts';
import { openTrial, type Trial } from '../system/trial.ts';
import { type Cable, layCable } from './cable.ts';
import { freeze } from './freeze.ts';

const names = ['kafka', 'redis', 'inbox'];
const some = 20;
/** Waits of some hundred milliseconds: whatever happens to an engine happens in the middle of them. */
const clock = 20;

let engines: Engines;
let cable: Cable;
let trial: Trial;
let system: System;

before(async () => {
  engines = await privateEngines(...names);
  const ready = await up(names, engines.options);
  cable = await layCable(readSettings().elasticsearchUrl);
  const addresses = Object.assign({}, ...ready.map(({ tells }) => tells));
  trial = await openTrial({ ...addresses, ELASTICSEARCH_URL: cable.url });
  system = await trial.start();
});
after(async () => {
  cable?.become('whole');
  try {
    await trial?.close();
  } finally {
    cable?.close();
    await engines?.end();
  }
});

/** Resolves when the first of the orders has moved. */
async function moving(ids: readonly string[]): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  for (const id of ids) {
    const transitions = trial.customer.watch(id, ({ version }) => version > 1 && resolve());
    transitions.catch(() => undefined);
  }
  await promise;
}

async function assertAllFinish(ids: readonly string[]): Promise<void> {
  await assertComplete(trial.customer, ids);
  const { accepted, finished } = await trial.auditWhen(everythingTold);
  assert.equal(finished, accepted);
}

test('while Kafka answers nothing no order is accepted, within seconds, and all that was accepted finishes', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await moving(ids);
  const kafka = await engines.group('kafka');
  await freeze(kafka);
  const since = performance.now();
  try {
    await assert.rejects(trial.customer.order(), { code: status.UNAVAILABLE });
    assert.ok(performance.now() - since < 15_000, 'the answer is bounded in time');
  } finally {
    signalGroup(kafka, 'SIGCONT', true);
  }
  await assertAllFinish(ids);
  await assertAllFinish(await trial.customer.orders(some));
});

test('Redis killed with orders under way forgets none of them', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await moving(ids);
  await engines.kill('redis');
  await engines.up('redis');
  await assertAllFinish(ids);
});

test('a Redis that stands still is told within seconds, refuses whoever asks, and costs no order anything', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await moving(ids);
  const redis = await engines.group('redis');
  const told = system.says(/timers cannot fire/);
  await freeze(redis);
  try {
    const since = performance.now();
    await assert.rejects(trial.customer.look(ids[0] ?? ''), { code: status.UNAVAILABLE });
    await told;
    assert.ok(performance.now() - since < 15_000, 'the answer and the line in the log are bounded in time');
  } finally {
    signalGroup(redis, 'SIGCONT', true);
  }
  await assertAllFinish(ids);
});

test('while Elasticsearch is away orders go on, and all of their documents arrive later', async () => {
  const before = await trial.auditWhen(everythingTold);
  cable.become('cut');
  const ids = await trial.customer.orders(some, { clock });
  const ways = await trial.customer.followAll(ids);
  assert.ok(ways.every((commands) => commands.at(-1) === 'complete'));
  cable.become('whole');
  const { documents } = await trial.auditWhen(everythingTold);
  assert.equal(documents, before.documents + 5 * some);
});

test('while Elasticsearch hangs, no step waits for it', async () => {
  const before = await trial.auditWhen(everythingTold);
  cable.become('hold');
  const ids = new Set(await trial.customer.orders(some, { clock }));
  await trial.customer.followAll([...ids]).finally(() => cable.become('whole'));
  const late: number[] = [];
  await readTopics(trial.settings, [{ topic: eventsTopic }], ({ value }) => {
    const { orderId, at, due } = eventSchema.parse(JSON.parse(value));
    if (ids.has(orderId) && due) late.push(at - due.at);
  });
  const median = late.sort((a, b) => a - b)[late.length >> 1] ?? Number.NaN;
  assert.ok(median < 1000, `half of the steps came ${median} ms and more after they were due`);
  const { documents } = await trial.auditWhen(everythingTold);
  assert.equal(documents, before.documents + 5 * some);
});

test('while the mail server is away orders go on, and all of their e-mails arrive later, once', async () => {
  const before = await trial.auditWhen(everythingTold);
  await down(['inbox'], engines.options);
  const ids = await trial.customer.orders(some, { clock });
  const ways = await trial.customer.followAll(ids);
  assert.ok(ways.every((commands) => commands.at(-1) === 'complete'));
  await engines.up('inbox');
  const { letters, repeatedLetters } = await trial.auditWhen(everythingTold);
  assert.equal(letters, before.letters + 5 * some);
  assert.equal(repeatedLetters, before.repeatedLetters);
});

const script = (...args: string[]) =>
  promisify(execFile)(process.execPath, args, { cwd: root, env: { ...process.env, ...trial.environment } });
const rebuild = (engine: string) => script('scripts/rebuild/main.ts', engine);

test('Redis wiped in mid-run is rebuilt from Kafka, with what is due, and every order finishes', async () => {
  const ids = await trial.customer.orders(some, { clock: 2 });
  await moving(ids);
  const redis = new Redis(trial.settings.redisUrl);
  await redis.flushall();
  await redis.quit();
  const { stdout } = await rebuild('redis');
  assert.match(stdout, /Redis: \d+ orders restored/);
  await assertAllFinish(ids);
});

test('Elasticsearch wiped in mid-run, with its templates, is rebuilt from Kafka as it was', async () => {
  const ids = await trial.customer.orders(some, { clock });
  await moving(ids);
  await removeIndices(trial.settings);
  await trial.customer.followAll(ids);
  const producer = trial.kafka.producer();
  await producer.connect();
  await producer.send({ topic: trial.settings.namespace + documentsTopic, messages: [{ value: 'xxx', partition: 0 }] });
  await producer.disconnect();
  const { stdout } = await rebuild('elasticsearch');
  assert.match(stdout, /1 records passed over:\n {2}metrics\.documents-0@\d+ is not what its topic holds/);
  await assertAllFinish(ids);
  const client = connectElasticsearch(trial.settings);
  const index = `${trial.settings.namespace}despacho-transitions`;
  const mappings = await client.indices.getMapping({ index }).finally(() => client.close());
  assert.equal(mappings[index]?.mappings.dynamic, 'strict');
});
