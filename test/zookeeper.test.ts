/** Kafka as it was run before, with ZooKeeper: the pipeline notices no difference. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { privateEngines } from '../infra/engines/engines.fixture.ts';
import { up } from '../infra/engines/up.ts';
import { openTrial, type Trial } from './system/trial.ts';

test('orders finish, each once and with all its e-mails and documents, on Kafka 3.9 with ZooKeeper', async (context) => {
  const names = ['zookeeper', 'kafka-zookeeper'];
  const engines = await privateEngines(...names);
  let trial: Trial | undefined;
  // Its Kafka is the last to go.
  context.after(async () => {
    await trial?.close();
    await engines.end();
  });
  const [, kafka] = await up(names, engines.options);
  trial = await openTrial({ ...kafka?.tells });
  const system = await trial.start();
  const orderIds = await trial.customer.orders(10);
  const told = await trial.customer.followAll(orderIds);
  for (const commands of told) assert.deepEqual(commands, ['process', 'prepare', 'ship', 'deliver', 'complete']);
  const verdict = await trial.audit();
  assert.deepEqual(verdict.offences, []);
  assert.equal(verdict.finished, orderIds.length);
  await system.stop();
  assert.equal(await system.ended, 0);
});
