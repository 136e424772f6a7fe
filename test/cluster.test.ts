/** Three brokers, and a Redis with a replica and sentinels: whichever node is killed, what was acknowledged comes to its end. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { commandTopic, topics } from '../functions/orders/topics.ts';
import { nodeName } from '../infra/access/nodes.ts';
import { nodesOf } from '../infra/engines/catalogue.ts';
import { redisSays } from '../infra/engines/engines.fixture.ts';
import { clusterAmong } from '../infra/engines/kafkaCluster.fixture.ts';
import { implementations } from '../scripts/bench/dispatcher/implementations.ts';
import { brokerRules } from './conformance/rules/brokers.ts';
import { Suite } from './conformance/suite.ts';
import { placeSurely } from './system/customer.ts';
import { assertComplete, everythingTold } from './system/ends.ts';
import { openOwnTrial } from './system/ownTrial.ts';

const names = [...nodesOf('kafka'), ...nodesOf('redis')].map(({ name }) => name).concat('inbox');
const some = 10;
/** Waits of some hundred milliseconds: a node dies in the middle of them. */
const clock = 20;

const { engines, ready, trial, close } = await openOwnTrial(names);
after(close);

let placed = 0;
function place(): Promise<string[]> {
  const keys = Array.from({ length: some }, () => `order-${++placed}`);
  return Promise.all(keys.map((idempotencyKey) => placeSurely([trial.customer], { idempotencyKey, clock })));
}

/** Orders are under way when it is killed, and more come: they end without it, and those that come when it is back. */
async function survives(name: string): Promise<void> {
  const before = await place();
  const killed = engines.kill(name);
  const meanwhile = await place();
  await killed;
  await assertComplete(trial.customer, [...before, ...meanwhile]);
  await engines.up(name);
  await assertComplete(trial.customer, await place());
  const { accepted, finished } = await trial.auditWhen(everythingTold);
  assert.deepEqual([accepted, finished], [placed, placed]);
}

test('every topic lies on all three brokers', () =>
  trial.withAdmin(async (admin) => {
    const { topics: found } = await admin.fetchTopicMetadata({
      topics: topics.map((topic) => trial.settings.namespace + topic),
    });
    for (const { partitions } of found) for (const { replicas } of partitions) assert.equal(replicas.length, 3);
  }));

test('a broker that leads is killed: no acknowledged order is lost', async () => {
  const topic = trial.settings.namespace + commandTopic('process');
  const leader = await trial.withAdmin(async (admin) => {
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [topic] });
    return found[0]?.partitions[0]?.leader ?? 0;
  });
  await survives(nodeName('kafka', leader));
});

/** The node that takes writes. */
async function primary(): Promise<string> {
  for (const { name } of nodesOf('redis').slice(0, 2)) {
    const address = ready.find((one) => one.name === name)?.address ?? '';
    const role = await redisSays(address, (client) => client.info('replication'));
    if (role.includes('role:master')) return name;
  }
  throw new Error('no Redis is the primary');
}

test('the primary of Redis is killed: its replica takes over, and no acknowledged order is lost', async () => {
  await survives(await primary());
});

test('a sentinel is killed: nothing stops for it', () => survives('redis-sentinel-1'));

test("AWS's rules hold when one of three brokers is killed", { timeout: 600_000 }, async (context) => {
  await trial.close();
  const { host } = implementations;
  assert.ok(host, 'the host is among the implementations');
  const suite = new Suite(host, trial.settings, () => undefined, clusterAmong(engines));
  const verdicts = await suite.run(brokerRules);
  for (const { rule, passed, reason } of verdicts) await context.test(rule.name, () => assert.ok(passed, reason));
  assert.equal(verdicts.length, brokerRules.length);
});
