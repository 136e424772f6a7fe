import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { readSettings } from '../settings.ts';
import { readRanges } from './ranges.kafka.ts';

const settings = { ...readSettings(), namespace: `ranges-${randomBytes(4).toString('hex')}.` };
const topic = `${settings.namespace}numbers`;
const kafka = connectKafka(settings, 'despacho-test', 'waits');
const admin = kafka.admin();
const messages = (partition: number, from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ partition, key: 'k', value: String(from + index) }));

before(async () => {
  await admin.connect();
  await createServedTopics(admin, [{ topic, numPartitions: 2 }]);
  const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1, transactionalId: topic });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic, messages: [...messages(0, 0, 100), ...messages(1, 0, 10)] });
  // Its marker is the last record of each partition.
  await transaction.commit();
  await producer.disconnect();
});
after(async () => {
  await admin.deleteTopics({ topics: [topic] });
  await admin.disconnect();
});

const read = async (ranges: { partition: number; from: number; to: number }[], enough = Number.POSITIVE_INFINITY) => {
  const found: string[] = [];
  await readRanges(
    settings,
    ranges.map((range) => ({ topic, ...range })),
    ({ partition, value }) => found.push(`${partition}:${value}`) < enough,
    1000,
  );
  return found;
};

test('exactly the records of the ranges are read, in their order', async () => {
  const found = await read([
    { partition: 0, from: 90, to: 95 },
    { partition: 1, from: 3, to: 5 },
  ]);
  assert.deepEqual(
    found.filter((name) => name.startsWith('0')),
    ['0:90', '0:91', '0:92', '0:93', '0:94'],
  );
  assert.deepEqual(
    found.filter((name) => name.startsWith('1')),
    ['1:3', '1:4'],
  );
});

test('a range that ends with a marker of a transaction ends at once', async () => {
  const started = performance.now();
  assert.equal((await read([{ partition: 0, from: 0, to: 101 }])).length, 100);
  assert.ok(performance.now() - started < 4500, 'it waited for a record that will never come');
});

test('reading stops when enough was found, and for a range that holds nothing', async () => {
  assert.deepEqual(await read([{ partition: 0, from: 20, to: 90 }], 3), ['0:20', '0:21', '0:22']);
  assert.deepEqual(await read([{ partition: 1, from: 7, to: 7 }]), []);
});

test('a stretch that compaction has emptied ends by what the broker says, and not by silence', async () => {
  const compacted = `${settings.namespace}compacted`;
  const configEntries = [
    { name: 'cleanup.policy', value: 'compact' },
    { name: 'segment.ms', value: '100' },
    { name: 'min.cleanable.dirty.ratio', value: '0' },
    { name: 'max.compaction.lag.ms', value: '1' },
    { name: 'delete.retention.ms', value: '0' },
  ];
  await createServedTopics(admin, [{ topic: compacted, numPartitions: 1, configEntries }]);
  const producer = kafka.producer();
  await producer.connect();
  const put = (value: string | null) => producer.send({ topic: compacted, messages: [{ key: 'k', value }] });
  for (let number = 0; number < 20; number++) await put(String(number));
  const told: string[] = [];
  const range = { topic: compacted, partition: 0, from: 0, to: 20 };
  // Compacted or not yet: it ends, and with the last record.
  await readRanges(settings, [range], ({ value }) => told.push(String(value)));
  assert.equal(told.at(-1), '19');
  await producer.disconnect();
  await admin.deleteTopics({ topics: [compacted] });
});

test('a range that the log does not have is an error that names it, and no short answer', async () => {
  await assert.rejects(read([{ partition: 0, from: 50, to: 900 }]), /numbers-0 could be read up to offset 101/);
  await assert.rejects(read([{ partition: 7, from: 0, to: 1 }]), /numbers-7 could be read up to offset 0 only, of 1/);
});

test('what a reader throws ends the read', async () => {
  const range = { topic, partition: 0, from: 0, to: 100 };
  await assert.rejects(
    readRanges(settings, [range], () => Promise.reject(new Error('enough'))),
    /^Error: enough$/,
  );
});

test('no group is left behind', async () => {
  const { groups } = await admin.listGroups();
  assert.deepEqual(
    groups.filter(({ groupId }) => groupId.startsWith(settings.namespace)),
    [],
  );
});
