import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, watch, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSettings } from '../../functions/settings.ts';
import { connectKafka } from '../kafkajs/kafkaClient.ts';
import { createServedTopics } from '../kafkajs/kafkajs.ts';
import { down } from './down.ts';
import { privateEngines, redisSays, startElsewhere, type Trial, trialOf } from './engines.fixture.ts';
import { isGone } from './processGroup.ts';

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

test('a killed engine is started again by the next start, and has its data', async (context) => {
  const trial = await trialOf(context, 'redis');
  const { address } = await trial.up('redis');
  await redisSays(address, (client) => client.set('order', 'shipped'));
  const group = await trial.group('redis');
  process.kill(group, 'SIGKILL');
  await isGone(group, 5);

  const { outcome } = await trial.up('redis');

  assert.equal(outcome, 'started');
  assert.equal(await redisSays(address, (client) => client.get('order')), 'shipped');
});

test('a process id that is a stranger by now is neither taken for the engine nor stopped', async (context) => {
  const trial = await trialOf(context, 'redis');
  await trial.up('redis');
  await down(['redis'], trial.options);
  const stranger = spawn('sleep', ['600'], { detached: true });
  context.after(() => stranger.kill());
  await once(stranger, 'spawn');
  const record = join(trial.home, 'run', 'redis.pid');
  await writeFile(record, `${stranger.pid} 0123456789abcdef\n`);

  assert.deepEqual(await down(['redis'], trial.options), []);
  await writeFile(record, `${stranger.pid} 0123456789abcdef\n`);
  const { outcome } = await trial.up('redis');

  assert.equal(outcome, 'started');
  assert.notEqual(await trial.group('redis'), stranger.pid);
  assert.ok(isThere(stranger.pid ?? 0));
});

/** One Kafka, which dies in both. */
let trial: Trial;
before(async () => {
  trial = await privateEngines('kafka');
});
after(() => trial.end());

test('a start that is killed while Kafka starts leaves a Kafka that the next start takes over', async () => {
  const { home, environment } = trial;
  const runs = join(home, 'run');
  await mkdir(runs);
  const changes = watch(runs);
  const { child } = startElsewhere({ home, environment }, 'kafka');
  for await (const { filename } of changes) if (filename === 'kafka.pid') break;
  child.kill('SIGKILL');
  await once(child, 'close');
  const group = await trial.group('kafka');

  const { outcome } = await trial.up('kafka');

  assert.equal(outcome, 'running');
  assert.equal(await trial.group('kafka'), group);
});

test('Kafka killed with -9 is ready again, and has its topics', async (context) => {
  const { tells } = await trial.up('kafka');
  const kafka = connectKafka(readSettings({ ...tells }), 'despacho-test', 'waits');
  const admin = kafka.admin();
  await admin.connect();
  await createServedTopics(admin, [{ topic: 'orders' }]);
  await admin.disconnect();
  const group = await trial.group('kafka');
  process.kill(group, 'SIGKILL');
  await isGone(group, 5);

  const { outcome, seconds } = await trial.up('kafka');
  context.diagnostic(`ready again after ${seconds.toFixed(1)} s`);

  await admin.connect();
  context.after(() => admin.disconnect());
  assert.equal(outcome, 'started');
  assert.ok((await admin.listTopics()).includes('orders'));
});
