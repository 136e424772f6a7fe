/** What a run empties of an engine that somebody else runs. Needs Kafka, Redis and Elasticsearch. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readLabSettings } from '../../functions/messages/settings.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { readSettings } from '../../functions/settings.ts';
import { up } from '../../infra/engines/up.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';
import { inspectRedis } from './stores/redis.ts';

const namespace = `strangers-${randomUUID().slice(0, 6)}.`;
const settings = readSettings({ ...process.env, DESPACHO_NAMESPACE: namespace, DESPACHO_METRICS: 'false' });
const kafka = connectKafka(settings, 'despacho-test', 'waits');
const admin = kafka.admin();
const redis = connectRedis(settings);
const topic = `${namespace}numtest`;

before(() => admin.connect());
after(async () => {
  await Promise.all([admin.disconnect(), redis.quit()]);
  await removeNamespace(settings);
});

type Ended = Readonly<{ code: number; said: string }>;

/** A run on engines that are named by their addresses, as somebody else's are. */
async function runInto(target: readonly string[], ...flags: string[]): Promise<Ended> {
  const [ours] = await up(['kafka']);
  const env = {
    ...process.env,
    DESPACHO_NAMESPACE: namespace,
    DESPACHO_METRICS: 'false',
    ...ours?.tells,
    REDIS_URL: settings.redisUrl,
  };
  const args = ['run', '--message', 'counter', ...target, '--count', '200', '--rest', '0', '--durability', 'lazy'];
  return new Promise((resolve) => {
    execFile(process.execPath, [join(import.meta.dirname, 'main.ts'), ...args, ...flags], { env }, (error, out, err) =>
      resolve({ code: Number(error?.code ?? 0), said: out + err }),
    );
  });
}

/** Records that the topic holds, and those that it held before. */
async function counted(): Promise<[held: number, emptied: number]> {
  const ends = await admin.fetchTopicOffsets(topic);
  const emptied = ends.reduce((sum, { low }) => sum + Number(low), 0);
  return [ends.reduce((sum, { high }) => sum + Number(high), 0) - emptied, emptied];
}

const held = async () => (await counted())[0];

test('a topic that no run filled is left alone and named; with --force it is emptied, and then it is a run’s', async () => {
  await createServedTopics(admin, [{ topic, numPartitions: 1 }]);
  const producer = kafka.producer();
  await producer.connect();
  await producer.send({ topic, messages: [{ key: '1', value: '{"number":1}' }] });
  await producer.disconnect();
  const refused = await runInto(['--mode', 'none']);
  assert.match(
    refused.said,
    new RegExp(`Kafka's topic ${topic} holds records, and no run of the lab filled it.*--force`),
  );
  assert.deepEqual([refused.code, await held()], [2, 1]);
  for (const flags of [['--force'], []]) {
    const { code, said } = await runInto(['--mode', 'none'], ...flags);
    assert.equal(code, 0, said);
    assert.equal(await held(), 200);
  }
  // Of a topic that is deleted the broker forgets, in its own time and by its name, that a run filled the next one.
  assert.deepEqual(await counted(), [200, 201]);
});

test('a list in Redis that no run filled is left alone and named, and nothing else is emptied', async () => {
  await redis.rpush(`${namespace}id`, 'a list of mine');
  await redis.rpush(`${namespace}texto`, 'a list of mine');
  await redis.rpush(`${namespace}fecha`, 'a list of mine');
  const { code, said } = await runInto(['--mode', 'save', '--store', 'redis']);
  assert.match(said, /Redis holds something by the name that the lab uses, and no run of the lab filled it/);
  assert.deepEqual([code, await held(), await redis.llen(`${namespace}id`)], [2, 200, 1]);
  await redis.del(...['id', 'texto', 'fecha'].map((name) => namespace + name));
  for (let runs = 0; runs < 2; runs++) {
    const { code, said } = await runInto(['--mode', 'save', '--store', 'redis']);
    assert.equal(code, 0, said);
  }
});

test('a Redis that lets nobody set how it keeps things is refused by that reason, and runs where it need not', async () => {
  const [name, password] = [`managed-${randomUUID().slice(0, 6)}`, randomUUID()];
  await redis.acl('SETUSER', name, 'on', `>${password}`, '~*', '&*', '+@all', '-config');
  const url = new URL(settings.redisUrl);
  Object.assign(url, { username: name, password });
  const lab = (LAB_DURABILITY: string) =>
    inspectRedis(
      readLabSettings({ ...process.env, REDIS_URL: `${url}`, DESPACHO_NAMESPACE: namespace, LAB_DURABILITY }),
    );
  const [disk, lazy] = [lab('disk'), lab('lazy')];
  await assert.rejects(disk.renew(), /This Redis has no CONFIG command.*--durability lazy/);
  await lazy.renew();
  assert.match((await lazy.promised()).en, /does not tell how it keeps/);
  await Promise.all([disk.close(), lazy.close()]);
  await redis.acl('DELUSER', name);
});

test('what a run sets in Redis while it lasts is put back by the next one, where it was killed', async () => {
  const lab = readLabSettings({ ...process.env, DESPACHO_NAMESPACE: namespace, LAB_DURABILITY: 'disk' });
  const sync = async () => ((await redis.config('GET', 'appendfsync')) as string[])[1];
  const before = await sync();
  const killed = inspectRedis(lab);
  await killed.renew();
  assert.equal(await sync(), 'always');
  const next = inspectRedis(lab);
  await next.renew();
  await next.close();
  assert.equal(await sync(), before);
  await killed.close();
});
