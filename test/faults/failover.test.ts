/** A failover of Redis to a replica that lags: what it had not been told comes out of the log, by itself. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { nodeName } from '../../infra/access/nodes.ts';
import { nodesOf } from '../../infra/engines/catalogue.ts';
import { type Trial as Engines, privateEngines, redisSays } from '../../infra/engines/engines.fixture.ts';
import { type Ready, up } from '../../infra/engines/up.ts';
import { assertComplete, everythingTold } from '../system/ends.ts';
import type { System } from '../system/systemProcess.ts';
import { openTrial, type Trial } from '../system/trial.ts';

const names = nodesOf('redis').map(({ name }) => name);
const [primary, replica] = [nodeName('redis', 1), nodeName('redis', 2)];
const some = 10;
/** Waits of about a second. */
const clock = 5;

let engines: Engines;
let ready: readonly Ready[];
let trial: Trial;
let system: System;
before(async () => {
  engines = await privateEngines(...names);
  ready = await up(names, engines.options);
  trial = await openTrial(Object.assign({}, ...ready.map(({ tells }) => tells)));
  system = await trial.start();
});
after(async () => {
  try {
    await trial?.close();
  } finally {
    await engines?.end();
  }
});

/** Resolves when the replica hears nothing of its primary any more, and cannot: it may still be chosen for half a minute. */
async function cutReplica(): Promise<void> {
  const address = ready.find(({ name }) => name === replica)?.address ?? '';
  await redisSays(address, async (client) => {
    while (!(await client.info('replication')).includes('master_link_status:up')) await client.ping();
    await client.config('SET', 'masterauth', 'another');
    await client.call('CLIENT', 'KILL', 'TYPE', 'MASTER');
    while (!(await client.info('replication')).includes('master_link_status:down')) await client.ping();
  });
}

test('steps that the primary alone knew when it was killed are not made again, and no order stands still', async () => {
  const before = await trial.customer.orders(some, { clock });
  await trial.customer.oneIsAt(before, 2);
  await cutReplica();
  const meanwhile = await trial.customer.orders(some, { clock });
  await trial.customer.oneIsAt(meanwhile, 1);
  const noticed = system.says(/orders up: Redis was behind the log: \d+ orders restored.*timers up/s);
  await engines.kill(primary);
  await noticed;
  await assertComplete(trial.customer, [...before, ...meanwhile]);
  const { accepted, finished } = await trial.auditWhen(everythingTold);
  assert.deepEqual([accepted, finished], [2 * some, 2 * some]);
});
