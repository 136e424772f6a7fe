/** A failover of Redis to a replica that lags: what it had not been told comes out of the log, by itself. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { nodeName } from '../../infra/access/nodes.ts';
import { nodesOf } from '../../infra/engines/catalogue.ts';
import { redisSays } from '../../infra/engines/engines.fixture.ts';
import { assertComplete, everythingTold } from '../system/ends.ts';
import { openOwnTrial } from '../system/ownTrial.ts';

const names = nodesOf('redis').map(({ name }) => name);
const [primary, replica] = [nodeName('redis', 1), nodeName('redis', 2)];
const some = 10;
/** Waits of about a second. */
const clock = 5;

const { engines, ready, trial, system, close } = await openOwnTrial(names);
after(close);

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
