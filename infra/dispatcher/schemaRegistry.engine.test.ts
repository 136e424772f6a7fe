/** Records that were produced by the schemas of a registry reach the function as AWS would have them. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { kafkaConsumer, SchemaType } from '@aws-lambda-powertools/kafka';
import { SchemaType as ProducedType, SchemaRegistry as Producing } from '@kafkajs/confluent-schema-registry';
import type { Message } from 'kafkajs';
import { freePort } from '../engines/freePort.ts';
import { type Python, pythonWith } from '../engines/python.fixture.ts';
import { schemaRegistry, type TestRegistry } from '../engines/schemaRegistry.fixture.ts';
import { librdkafka, testKafka } from '../kafkajs/testKafka.fixture.ts';
import { letters, recordOf, seen } from './letters.fixture.ts';

const draft = 'http://json-schema.org/draft-07/schema#';
const jsonSchema = { $schema: draft, title: 'Order', type: 'object', properties: { id: { type: 'integer' } } };
const avroSchema = {
  type: 'record',
  name: 'Order',
  namespace: 'shop',
  fields: [
    { name: 'id', type: 'long' },
    { name: 'note', type: ['null', 'string'], default: null },
  ],
};
const protoSchema = 'syntax = "proto3"; package shop; message Other {} message Order { int64 order_id = 1; }';
/** The same, as Python's Protobuf takes it without a compiler. */
const protoFile = {
  name: 'order.proto',
  package: 'shop',
  syntax: 'proto3',
  messageType: [
    { name: 'Other' },
    { name: 'Order', field: [{ name: 'order_id', number: 1, type: 'TYPE_INT64', label: 'LABEL_OPTIONAL' }] },
  ],
};

const program = readFileSync(join(import.meta.dirname, 'produce.py'), 'utf8');
let registry: TestRegistry;
let producing: Producing;
let python: Python;
let avroId: number;

before(async () => {
  [registry, python] = await Promise.all([schemaRegistry(), pythonWith('confluent-kafka')]);
  producing = new Producing({ host: registry.url });
  const avro = { type: ProducedType.AVRO, schema: JSON.stringify(avroSchema) } as const;
  avroId = (await producing.register(avro, { subject: 'avro-value' })).id;
});
after(() => registry.end());

const send = (messages: Message[]) => async (topic: string) => {
  const producer = testKafka().producer();
  await producer.connect();
  await producer.send({ topic, messages }).finally(() => producer.disconnect());
};

/** By Confluent's Python client: what has a `format` goes through its serializers. */
const confluent = (messages: object[]) => async (topic: string) => {
  const settings = { ...librdkafka(), 'compression.type': 'zstd' };
  await python.run(program, JSON.stringify({ registry: registry.url, producer: settings, topic, messages }));
};
const avroOf = (value: object | string, schema: unknown = avroSchema) => ({ format: 'AVRO', schema, value });
const protoOf = (value: object) => ({
  format: 'PROTOBUF',
  schema: protoSchema,
  file: protoFile,
  message: 'shop.Order',
  value,
});
/** @param id as a text, since JavaScript's numbers are not long enough */
const jsonOf = (id: string) => ({ format: 'JSON', schema: jsonSchema, value: { id: JSON.rawJSON(id) } });

const here = () => ({ SchemaRegistryURI: registry.url });
const checks = (...parts: ('KEY' | 'VALUE')[]) => ({
  SchemaValidationConfigs: parts.map((Attribute) => ({ Attribute })),
});

test("Avro of Confluent's client comes as JSON, and its key, which is not asked for, as it was produced", async () => {
  const produce = confluent([{ key: 'plain', value: avroOf({ id: 7, note: 'soon' }) }]);
  const got = await letters({ produce, registry: here(), count: 1 });
  assert.deepEqual(got.letters.map(seen), [['plain', undefined, '{"id":7,"note":"soon"}', 'AVRO']]);
  assert.match(recordOf(got.letters[0]).valueSchemaMetadata?.schemaId ?? '', /^\d+$/);
});

test("Protobuf of Confluent's client comes as JSON, by the index of its message, and so does a key", async () => {
  const produce = confluent([{ key: protoOf({ orderId: 8 }), value: protoOf({ orderId: 9 }) }]);
  const got = await letters({ produce, registry: { ...here(), ...checks('KEY', 'VALUE') }, count: 1 });
  assert.deepEqual(got.letters.map(seen), [['{"orderId":"8"}', 'PROTOBUF', '{"orderId":"9"}', 'PROTOBUF']]);
});

test("JSON of Confluent's client comes digit by digit as it is, without its frame", async () => {
  const produce = confluent([{ value: jsonOf('9007199254740993') }]);
  const got = await letters({ produce, registry: here(), count: 1 });
  assert.deepEqual(got.letters.map(seen), [[undefined, undefined, '{"id":9007199254740993}', 'JSON']]);
});

test('SOURCE takes the frame off and leaves the rest to the function, with the index of a Protobuf message', async () => {
  const produce = confluent([{ key: jsonOf('9'), value: protoOf({ orderId: 9 }) }]);
  const source = { ...here(), ...checks('KEY', 'VALUE'), EventRecordFormat: 'SOURCE' } as const;
  const got = await letters({ produce, registry: source, count: 1 });
  assert.deepEqual(got.letters.map(seen), [['{"id":9}', 'JSON', '\x02\x02\x08\x09', 'PROTOBUF']]);
});

test('Powertools reads what comes', async () => {
  const produce = send([
    {
      key: await producing.encode(avroId, { id: 1, note: 'k' }),
      value: await producing.encode(avroId, { id: 2, note: 'v' }),
    },
  ]);
  const got = await letters({ produce, registry: { ...here(), ...checks('KEY', 'VALUE') }, count: 1 });
  const both = { key: { type: SchemaType.JSON }, value: { type: SchemaType.JSON } } as const;
  const handler = kafkaConsumer(async ({ records }) => records.map(({ key, value }) => [key, value]), both);
  const context = {} as Parameters<typeof handler>[1];
  assert.deepEqual(await handler(got.letters[0]?.payload as Parameters<typeof handler>[0], context), [
    [
      { id: 1, note: 'k' },
      { id: 2, note: 'v' },
    ],
  ]);
});

test('filters look at the fields of Avro, in either format', async () => {
  const values = [6, 7, 8].map((id) => producing.encode(avroId, { id, note: null }));
  const messages = (await Promise.all(values)).map((value) => ({ value }));
  for (const EventRecordFormat of ['JSON', 'SOURCE'] as const) {
    const filterPatterns = [{ value: { id: [7] } }];
    const scene = { produce: send(messages), registry: { ...here(), EventRecordFormat }, filterPatterns, count: 1 };
    const { letters: got, stats } = await letters(scene);
    const text = Buffer.from(recordOf(got[0]).value ?? '', 'base64').toString('latin1');
    assert.equal(text, EventRecordFormat === 'JSON' ? '{"id":7,"note":null}' : '\x0e\x00');
    assert.equal(stats?.filtered, 2);
  }
});

test("what cannot be read never reaches the function, and is written as it came, with AWS's word for why", async () => {
  const unknown = Buffer.from([0, 0, 0, 0xff, 0xff, 1]);
  const short = Buffer.from([0, 0, 0, 0, avroId]);
  const messages = [unknown, Buffer.from('plain text'), short, await producing.encode(avroId, { id: 1, note: null })];
  const produce = send(messages.map((value) => ({ key: 'k', value })));
  const { letters: got, stats } = await letters({ produce, registry: here(), count: 4 });
  assert.deepEqual(
    got.map(({ requestContext: { condition, approximateInvokeCount } }) => [condition, approximateInvokeCount]),
    [
      ['SCHEMA_NOT_FOUND', 0],
      ['DESERIALIZATION_ERROR', 0],
      ['DESERIALIZATION_ERROR', 0],
      ['RetryAttemptsExhausted', 1],
    ],
  );
  assert.deepEqual(
    got.slice(0, 3).map((letter) => recordOf(letter).value),
    messages.slice(0, 3).map((one) => one.toString('base64')),
  );
  assert.equal(stats?.schemaRegistryErrors, 3);
});

test('a registry that does not answer keeps records waiting, and loses none', async () => {
  const port = await freePort();
  const values = await Promise.all([1, 2, 3].map((id) => producing.encode(avroId, { id, note: null })));
  const proxy = createServer(async (request, response) => {
    response.end(await (await fetch(`${new URL(registry.url).origin}${request.url}`)).text());
  });
  let times = 0;
  const warn = (line: string) => {
    if (line.includes('are not known yet') && ++times === 2) proxy.listen(port, '127.0.0.1');
  };
  const away = { SchemaRegistryURI: registry.url.replace(/:\d+/, `:${port}`) };
  const produce = send(values.map((value) => ({ value })));
  const got = await letters({ produce, registry: away, count: 3, warn });
  proxy.close();
  assert.deepEqual(
    got.letters.map((letter) => seen(letter)[2]),
    [1, 2, 3].map((id) => `{"id":${id},"note":null}`),
  );
});
