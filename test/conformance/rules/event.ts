import assert from 'node:assert/strict';
import { kafkaConsumer, SchemaType } from '@aws-lambda-powertools/kafka';
import { KafkaMskEventSchema, KafkaSelfManagedEventSchema } from '@aws-lambda-powertools/parser/schemas';
import type { EventRecord } from '../../../infra/dispatcher/invoke/kafkaEvent.ts';
import { inOrder } from '../../../infra/kafkajs/headers.ts';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

async function records(scene: Scene, count: number): Promise<EventRecord[]> {
  const all = () => scene.calls().flatMap(({ event }) => Object.values(event.records).flat());
  await scene.until(`${count} records`, () => all().length >= count);
  return all();
}

async function one(scene: Scene, message: Parameters<Scene['produce']>[0][number]): Promise<EventRecord> {
  await scene.produce([typeof message === 'string' ? message : { partition: 0, ...message }]);
  const [record] = await records(scene, 1);
  return record as EventRecord;
}

/** Recent enough for the broker's retention. */
const yesterday = Date.now() - 86_400_000;

export const eventRules: Rule[] = [
  {
    name: 'the event names its source, the brokers, and the records by topic and partition',
    page: pages.event,
    words: '“"eventSource":"SelfManagedKafka"”, with bootstrapServers, and records by topic and partition',
    async check(scene) {
      await one(scene, 'x');
      const [call] = scene.calls();
      assert.deepEqual(Object.keys(call?.event ?? {}).sort(), ['bootstrapServers', 'eventSource', 'records']);
      assert.equal(call?.event.eventSource, 'SelfManagedKafka');
      assert.match(call?.event.bootstrapServers ?? '', /^[^,\s]+:\d+(,[^,\s]+:\d+)*$/);
      assert.deepEqual(Object.keys(call?.event.records ?? {}), [`${scene.topic}-0`]);
    },
  },
  {
    name: 'a record has the fields that AWS gives it, and no other',
    page: pages.event,
    words: 'topic, partition, offset, timestamp, timestampType, key, value, headers',
    async check(scene) {
      const record = await one(scene, { key: 'k', value: 'v', headers: { h: 'x' } });
      const fields = ['headers', 'key', 'offset', 'partition', 'timestamp', 'timestampType', 'topic', 'value'];
      assert.deepEqual(Object.keys(record).sort(), fields);
      assert.equal(record.topic, scene.topic);
    },
  },
  {
    name: 'partition, offset and timestamp are numbers, and the real ones',
    page: pages.event,
    words: '“"partition":0, "offset":15, "timestamp":1545084650987”',
    partitions: 3,
    async check(scene) {
      await scene.produce([
        { partition: 1, value: 'a' },
        { partition: 2, value: 'b' },
        { partition: 2, value: 'c' },
      ]);
      const places = (await records(scene, 3)).map(({ partition, offset }) => [partition, offset]);
      assert.deepEqual(places.sort(), [
        [1, 0],
        [2, 0],
        [2, 1],
      ]);
    },
  },
  {
    name: 'key and value are base64, byte for byte',
    page: pages.event,
    words: '“"value":"SGVsbG8sIHRoaXMgaXMgYSB0ZXN0Lg=="”',
    async check(scene) {
      const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
      const record = await one(scene, { key: bytes.subarray(100, 200), value: bytes });
      assert.equal(record.value, bytes.toString('base64'));
      assert.equal(record.key, bytes.subarray(100, 200).toString('base64'));
    },
  },
  {
    name: 'a record without a key has no key field',
    page: pages.missing,
    words: 'key is absent where the record has none',
    check: async (scene) => assert.ok(!('key' in (await one(scene, { value: 'v' })))),
  },
  {
    name: 'a tombstone has no value field',
    page: pages.missing,
    words: 'a tombstone has no value',
    check: async (scene) => assert.ok(!('value' in (await one(scene, { key: 'k', value: null })))),
  },
  {
    name: 'header values are lists of signed bytes, one object for each header, repeated names too',
    page: pages.signed,
    words: 'a byte above 127 is negative, as in Java',
    async check(scene) {
      const record = await one(scene, {
        value: 'v',
        headers: { a: 'é', b: ['1', '2'], c: Buffer.from([0, 127, 128, 255]) },
      });
      assert.deepEqual(record.headers, [{ a: [-61, -87] }, { b: [49] }, { b: [50] }, { c: [0, 127, -128, -1] }]);
    },
  },
  {
    name: 'headers come in the order of their producer, whatever they are called',
    page: pages.event,
    words: '“"headers":[{"headerKey":[104, 101, …]}]”: a list of headers, as Kafka has them',
    async check(scene) {
      const names = ['b', '1', 'a', '__proto__', 'b'];
      const headers = inOrder(names.map((name, index) => [name, Buffer.from([index])]));
      const record = await one(scene, { value: 'v', headers });
      assert.deepEqual(
        record.headers.map((header) => Object.entries(header)),
        names.map((name, index) => [[name, [index]]]),
      );
    },
  },
  {
    name: 'a record without headers has an empty list of them',
    page: pages.kafkaFilters,
    words: '“"headers":[]”',
    check: async (scene) => assert.deepEqual((await one(scene, 'v')).headers, []),
  },
  {
    name: "the producer's time comes as CREATE_TIME",
    page: pages.event,
    words: '“"timestampType":"CREATE_TIME"”',
    async check(scene) {
      const record = await one(scene, { value: 'v', timestamp: `${yesterday}` });
      assert.deepEqual([record.timestamp, record.timestampType], [yesterday, 'CREATE_TIME']);
    },
  },
  {
    name: "the broker's time comes as LOG_APPEND_TIME",
    page: pages.event,
    words: 'the other type of timestamp that Kafka has',
    topicSettings: { 'message.timestamp.type': 'LogAppendTime' },
    async check(scene) {
      const record = await one(scene, { value: 'v', timestamp: `${yesterday}` });
      assert.equal(record.timestampType, 'LOG_APPEND_TIME');
      assert.ok(Math.abs(record.timestamp - Date.now()) < 60_000);
    },
  },
  {
    name: 'an MSK trigger says aws:kafka and names the cluster',
    page: pages.msk,
    words: '{ eventSource: "aws:kafka", eventSourceArn: "arn:aws:kafka:…", bootstrapServers, records }',
    event: { arn: 'arn:aws:kafka:us-east-1:123456789012:cluster/demo/6357e0b2-0e6a-4b86-a0b4-70df934c2e31-5' },
    async check(scene) {
      await one(scene, 'x');
      const [call] = scene.calls();
      assert.equal(call?.event.eventSource, 'aws:kafka');
      assert.match(call?.event.eventSourceArn ?? '', /^arn:aws:kafka:us-east-1:123456789012:cluster\/demo/);
      assert.equal(KafkaMskEventSchema.safeParse(call?.event).success, true);
    },
  },
  {
    name: 'the event satisfies the schema of AWS Powertools, and its Kafka consumer reads it',
    page: pages.powertools,
    words: '@aws-lambda-powertools/parser KafkaSelfManagedEventSchema, @aws-lambda-powertools/kafka',
    async check(scene) {
      await one(scene, { key: 'k', value: '{"a":1}', headers: { h: 'x' } });
      const [call] = scene.calls();
      assert.deepEqual(KafkaSelfManagedEventSchema.safeParse(call?.event).error?.issues ?? [], []);
      const seen: unknown[] = [];
      const read = kafkaConsumer(
        async (event) => {
          for (const { key, value, headers } of event.records) seen.push(key, value, headers);
        },
        { value: { type: SchemaType.JSON } },
      );
      await read(call?.event as never, call?.context as never);
      assert.deepEqual(seen, ['k', { a: 1 }, [{ h: 'x' }]]);
    },
  },
];
