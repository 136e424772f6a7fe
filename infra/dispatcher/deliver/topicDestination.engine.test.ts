/** Dead letters against a real broker and its usual limits: whatever the records are, they arrive. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { systemClock } from '../../clock.ts';
import { createServedTopics } from '../../kafkajs/kafkajs.ts';
import { testKafka } from '../../kafkajs/testKafka.fixture.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import type { KafkaRecord } from '../record/record.ts';
import type { Failed } from './failure.ts';
import { TopicDestination } from './topicDestination.ts';

const stamp = `dead-test-${systemClock.now().toString(36)}`;
const kafka = testKafka();
const [admin, producer] = [kafka.admin(), kafka.producer()];
const topics: string[] = [];

before(() => Promise.all([admin.connect(), producer.connect()]));
after(async () => {
  await admin.deleteTopics({ topics });
  await Promise.all([admin.disconnect(), producer.disconnect()]);
});

const event = { topic: 't', bootstrapServers: ['b:1'], onFailureDestination: 'kafka://dead' };
const functions = { f: { handler: 'topicDestination.handler', events: [{ kafka: event }] } };
const [common] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];
const partition = partitionAt(0, { id: 3 });

function recordsOf(count: number, bytes: number, given: Record<string, string> = {}): KafkaRecord[] {
  const headers = Object.entries(given).map(([name, text]) => [name, Buffer.from(text)] as const);
  const rest = { value: Buffer.alloc(bytes, 'x'), headers, timestamp: 1_700_000_000_000 };
  return Array.from({ length: count }, (_, offset) => ({ ...recordAt(partition, offset, 'k'), ...rest }));
}

type Told = { records: readonly KafkaRecord[]; format: Mapping['onFailureFormat'] };

/** Stores them all, and reads what then stands in the topic. */
async function stored(name: string, { records, format }: Told) {
  const topic = `${stamp}-${name}`;
  topics.push(topic);
  await createServedTopics(admin, [{ topic, numPartitions: 1 }]);
  const said: string[] = [];
  const log = { info: () => undefined, warn: () => undefined, error: (message: string) => void said.push(message) };
  const destination = new TopicDestination(topic, producer, log);
  const at = systemClock.now();
  const failed: Omit<Failed, 'records'> = {
    mapping: { ...common, onFailureFormat: format },
    source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: 't' },
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
    condition: 'RetryAttemptsExhausted',
    fault: { name: 'RangeError', message: 'too far', stack: 'at '.repeat(3000) },
    attempts: 3,
    at,
    requestId: systemClock.uuid(),
  };
  let [left, requests] = [records, 0];
  for (; left.length > 0; requests++) left = left.slice((await destination.store({ ...failed, records: left })).length);
  const [end] = await admin.fetchTopicOffsets(topic);
  const messages: { value: Buffer; headers: Record<string, string>; timestamp: number }[] = [];
  const consumer = kafka.consumer({ groupId: topic, maxWaitTimeInMs: 100 });
  const { promise: all, resolve } = Promise.withResolvers<void>();
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    eachMessage: async ({ message: { value, headers = {}, timestamp } }) => {
      const texts = Object.entries(headers).map(([header, text]) => [header, String(text)]);
      messages.push({ value: value ?? Buffer.alloc(0), headers: Object.fromEntries(texts), timestamp: +timestamp });
      if (messages.length === Number(end?.high)) resolve();
    },
  });
  await all;
  await consumer.disconnect();
  return { messages, said, requests, at };
}

for (const format of ['aws', 'raw'] as const) {
  test(`${format}: 100 records of 11 KB go in as many requests as the topic takes, with the time of now`, async () => {
    const { messages, said, requests, at } = await stored(`many-${format}`, {
      records: recordsOf(100, 11_000),
      format,
    });
    assert.deepEqual([messages.length, said], [100, []]);
    assert.ok(requests > 1 && requests < 10, `${requests} requests`);
    assert.ok(messages.every(({ timestamp }) => timestamp === at));
  });

  test(`${format}: a record as large as its topic let it be loses what there is no room for, and that is said`, async () => {
    const { messages, said } = await stored(`large-${format}`, {
      records: recordsOf(1, 1_046_000, { a: 'x' }),
      format,
    });
    assert.equal(messages.length, 1);
    const [{ value, headers }] = messages as [(typeof messages)[0]];
    if (format === 'raw') assert.deepEqual([value.length, headers['dead.stack'], said], [1_046_000, '', []]);
    else {
      assert.deepEqual(JSON.parse(String(value)).payload.records['t-3'][0].offset, 0);
      assert.match(said.join(), /t-3 offset 0 is too large for .*: it went there without headers and value/);
    }
  });
}

test('raw: where even the value leaves no room for the reasons, the letter says what it lost', async () => {
  const records = recordsOf(1, 1_048_400, { large: 'x'.repeat(20) });
  const { messages, said } = await stored('largest', { records, format: 'raw' });
  assert.deepEqual([messages[0]?.value.length, messages[0]?.headers['dead.lost']], [0, 'headers and value']);
  assert.match(said.join(), /went there without headers and value/);
});

test('aws: a small record comes as the document that AWS writes', async () => {
  const { messages, at } = await stored('document', { records: recordsOf(1, 3, { ë: 'ë' }), format: 'aws' });
  const { requestContext, payload, ...document } = JSON.parse(String(messages[0]?.value));
  const { requestId, ...context } = requestContext;
  assert.match(requestId, /^[0-9a-f-]{36}$/);
  assert.deepEqual(context, {
    functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f:$LATEST',
    condition: 'RetryAttemptsExhausted',
    approximateInvokeCount: 3,
  });
  const timestamp = '2023-11-14T22:13:20.000Z';
  assert.deepEqual(document, {
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: new Date(at).toISOString(),
    KafkaBatchInfo: {
      batchSize: 1,
      bootstrapServers: 'b:1',
      payloadSize: Buffer.byteLength(JSON.stringify(payload)),
      recordInfo: { offset: '0', timestamp },
    },
  });
  const [record] = payload.records['t-3'];
  assert.deepEqual([record.key, record.value, record.headers], ['aw==', 'eHh4', [{ ë: [-61, -85] }]]);
});
