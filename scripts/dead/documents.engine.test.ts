/** Lambda's JSON documents in a dead-letter topic, written by the dispatcher as AWS writes them, and letters that lost something. */
import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { type KeptRecord, readRanges } from '../../functions/runtime/ranges.kafka.ts';
import { readSettings } from '../../functions/settings.ts';
import { systemClock } from '../../infra/clock.ts';
import { openLetters } from '../../infra/deadLetters/letters.ts';
import { openDeadLetters } from '../../infra/deadLetters/redrive.ts';
import { type Mapping, planOf } from '../../infra/dispatcher/config/mapping.ts';
import { TopicDestination } from '../../infra/dispatcher/deliver/topicDestination.ts';
import { Partition } from '../../infra/dispatcher/record/partition.ts';
import { noProgress } from '../../infra/dispatcher/record/place.ts';
import { Records } from '../../infra/dispatcher/record/record.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';

const settings = { ...readSettings(), namespace: `documents-${Date.now().toString(36)}.` };
const [source, deadTopic] = ['orders.ship', 'orders.ship.dead'].map((name) => settings.namespace + name) as [
  string,
  string,
];
const kafka = connectKafka(settings, 'despacho-test', 'waits');
const admin = kafka.admin();
const producer = kafka.producer();

before(() => Promise.all([admin.connect(), producer.connect()]));
after(() => Promise.all([admin.disconnect(), producer.disconnect()]));
beforeEach(() =>
  createServedTopics(
    admin,
    [source, deadTopic].map((topic) => ({ topic, numPartitions: 1 })),
  ),
);
afterEach(() => admin.deleteTopics({ topics: [source, deadTopic] }));

const event = { topic: source, bootstrapServers: ['b:1'], onFailureDestination: `kafka://${deadTopic}` };
const functions = { ship: { handler: 'main.handler', events: [{ kafka: event }] } };
const [mapping] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];

/** All that the topic holds, once that is so much: what a transaction has committed can be read a moment later. */
async function everything(topic: string, least: number): Promise<KeptRecord[]> {
  for (;;) {
    const records: KeptRecord[] = [];
    const [{ low = '0', high = '0' } = {}] = await admin.fetchTopicOffsets(topic);
    const range = { topic, partition: 0, from: Number(low), to: Number(high) };
    await readRanges(settings, [range], (record) => records.push(record));
    if (records.length >= least) return records;
  }
}

type Sent = Readonly<{ key: string | null; value: Buffer | null; headers?: Record<string, Buffer> }>;

/** Puts the record into its topic, and its letter, as the dispatcher writes it, into the dead-letter topic. */
async function bury(sent: Sent, onFailureFormat: Mapping['onFailureFormat']): Promise<KeptRecord> {
  await producer.send({ topic: source, messages: [sent] });
  const record = (await everything(source, 1)).at(-1) as KeptRecord;
  const partition = new Partition(systemClock, source, { partition: 0, offset: 0, known: -1, progress: noProgress });
  const { offset, timestamp, key, value, headers } = record;
  const message = { offset: `${offset}`, timestamp: `${timestamp}`, attributes: 0, key, value, headers };
  const records = [new Records(partition, 0).of(offset, message)];
  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined };
  await new TopicDestination(deadTopic, producer, quiet).store({
    records,
    mapping: { ...mapping, onFailureFormat },
    source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: source },
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:ship',
    condition: 'RetryAttemptsExhausted',
    fault: { name: 'Error', message: 'away', stack: 'at '.repeat(1500) },
    attempts: 3,
    at: systemClock.now(),
    requestId: systemClock.uuid(),
  });
  return record;
}

async function redriveAll() {
  const letters = await openDeadLetters(settings);
  return letters.settle({}, 'redriven').finally(() => letters.close());
}

/** Of a record that went back, what its producer gave it. */
function given({ key, value, headers }: KeptRecord) {
  const own = Object.entries(headers).filter(([name]) => !name.startsWith('dead.'));
  return { key, value, headers: Object.fromEntries(own) };
}
const small: Sent = {
  key: 'order-1',
  value: Buffer.from([0, 255, 7]),
  headers: { mine: Buffer.from('ë'), bytes: Buffer.from([0, 200]) },
};
/** As large as a topic takes: no document has room for it. */
const large: Sent = { ...small, value: Buffer.alloc(1_048_000, 'x') };

test("Lambda's JSON document of a failed record is listed with its origin, and goes back as the record that it was", async () => {
  const record = await bury(small, 'aws');
  const [letter] = await openLetters(settings, admin, deadTopic);
  const { at: _, ...told } = letter?.provenance ?? {};
  assert.deepEqual(told, {
    ...{ topic: source, partition: '0', offset: '0', timestamp: `${record.timestamp}` },
    ...{ condition: 'RetryAttemptsExhausted', reason: 'Unhandled', function: 'ship', attempts: '3' },
  });
  assert.deepEqual(await redriveAll(), { settled: 1, left: 0, less: [] });
  assert.deepEqual((await everything(source, 2)).map(given), [given(record), given(record)]);
});

for (const format of ['aws', 'raw'] as const) {
  test(`${format}: what a letter lost because it was too large comes out of the log`, async () => {
    const record = await bury(format === 'raw' ? { ...large, headers: { mine: Buffer.alloc(400) } } : large, format);
    const [letter] = await openLetters(settings, admin, deadTopic);
    assert.match(letter?.provenance.lost ?? '', format === 'raw' ? /^headers$/ : /^headers and value$/);
    assert.deepEqual(await redriveAll(), { settled: 1, left: 0, less: [] });
    assert.deepEqual((await everything(source, 2)).map(given), [given(record), given(record)]);
  });
}

test('a record without a value goes back as one, though a letter cannot tell it from one that lost its value', async () => {
  const record = await bury({ ...small, value: null }, 'aws');
  assert.deepEqual(await redriveAll(), { settled: 1, left: 0, less: [] });
  assert.deepEqual((await everything(source, 2)).map(given), [given(record), given(record)]);
});

test('a letter whose record the log has no more, or another one in its place, is left and not sent without its value', async () => {
  await bury(large, 'aws');
  await admin.deleteTopics({ topics: [source] });
  await createServedTopics(admin, [{ topic: source, numPartitions: 1 }]);
  await producer.send({ topic: source, messages: [{ key: 'another', value: 'x' }] });
  const { settled, left, less } = await redriveAll();
  assert.deepEqual([settled, left, less.map(({ provenance }) => provenance.offset)], [0, 1, ['0']]);
  assert.deepEqual(
    (await everything(source, 1)).map(({ key }) => `${key}`),
    ['another'],
  );
});

test('a record that somebody put among the dead letters holds up no other, and goes to the topic whose letters lie there', async () => {
  await producer.send({ topic: deadTopic, messages: [{ key: 'stranger', value: 'garbage' }] });
  await bury(small, 'raw');
  assert.deepEqual(await redriveAll(), { settled: 2, left: 0, less: [] });
  assert.deepEqual(
    (await everything(source, 3)).map(({ key }) => `${key}`),
    ['order-1', 'stranger', 'order-1'],
  );
});
