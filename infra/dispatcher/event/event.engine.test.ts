/** The event that is printed is the one that the function gets. */
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ownTopics } from '../../kafkajs/ownTopics.fixture.ts';
import { brokers, testEntry } from '../../kafkajs/testKafka.fixture.ts';
import { ownFolder } from '../../ownFolder.fixture.ts';

const { topic, admin, producer } = ownTopics('event', { partitions: 2 });
const execute = promisify(execFile);

const common = { topic, bootstrapServers: brokers, accessConfigurations: { vpcSubnet: ['subnet-0'] } };
const paid = { ...common, filterPatterns: [{ value: { paid: [true] } }], onFailureDestination: 'kafka://nowhere' };
const functions = {
  all: { handler: 'app.main', runtime: 'python3.13', events: [{ kafka: common }] },
  paid: { handler: 'app.main', runtime: 'python3.13', events: [{ kafka: paid }] },
};

const folder = ownFolder({
  'service.json': JSON.stringify({ service: 'shop', functions, custom: { dispatcher: testEntry() } }),
});
const config = join(folder, 'service.json');

const printed = async (...flags: string[]) => {
  const args = [join(import.meta.dirname, '..', 'host.ts'), 'event', '--directory', folder, '--config', config];
  return execute(process.execPath, [...args, ...flags]);
};

const message = (id: number, is: boolean) => ({
  key: `k${id}`,
  value: JSON.stringify({ id, paid: is }),
  headers: { é: 'ë' },
  timestamp: `${1_700_000_000_000 + id}`,
  partition: id % 2,
});

test('event: the newest records that a function wants, and no group is left behind', { timeout: 60_000 }, async () => {
  await producer.send({ topic, messages: [1, 2, 3, 4, 5].map((id) => message(id, id < 4)) });
  const { stdout } = await printed('--topic', topic, '--function', 'paid', '--records', '2');
  const { eventSource, bootstrapServers, records } = JSON.parse(stdout);
  assert.deepEqual([eventSource, bootstrapServers], ['SelfManagedKafka', brokers.join(',')]);
  assert.deepEqual(Object.keys(records).sort(), [`${topic}-0`, `${topic}-1`]);
  const [record] = records[`${topic}-1`];
  assert.deepEqual(JSON.parse(Buffer.from(record.value, 'base64').toString()), { id: 3, paid: true });
  const { value: _, ...rest } = record;
  assert.deepEqual(rest, {
    topic,
    partition: 1,
    offset: 1,
    timestamp: 1_700_000_000_003,
    timestampType: 'CREATE_TIME',
    key: Buffer.from('k3').toString('base64'),
    headers: [{ é: [-61, -85] }],
  });
  const { groups } = await admin.listGroups();
  assert.deepEqual(
    groups.filter(({ groupId }) => groupId.startsWith('kafka-dispatcher-event')),
    [],
  );
});

test('event: one that is made needs no broker, and is told where the function would not get it', async () => {
  const flags = ['--from', 'sample', '--function', 'paid', '--brokers', '127.0.0.1:1'];
  const { stdout, stderr } = await printed(...flags, '--value', '{"paid":false}', '--key', 'k');
  const { records } = JSON.parse(stdout);
  const [record] = records[`${topic}-0`];
  assert.deepEqual([record.key, record.offset, record.headers], ['aw==', 0, [{ sample: [-61, -85] }]]);
  assert.match(stderr, /no filter pattern wants this record/);
  assert.equal((await printed(...flags, '--value', '{"paid":true}')).stderr, '');
});

test('event: which mapping is meant has to be clear', async () => {
  await assert.rejects(
    printed('--topic', topic),
    /fit several mappings: all:event-test-[\w-]+, paid:event-test-[\w-]+/,
  );
  await assert.rejects(
    printed('--topic', 'other'),
    /no mapping has that --topic .*there are all:event-test-[\w-]+, paid/,
  );
  const nothing = [...['--function', 'all'], ...['--from', 'nowhere']];
  await assert.rejects(printed(...nothing), /--from "nowhere" is none of broker, sample/);
});
