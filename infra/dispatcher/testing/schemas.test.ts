/** Records by the schemas of a registry, in a test: as they come from a real one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { trigger } from './trigger.ts';

const order = { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }] };
const schemas = {
  1: { schema: order },
  2: { schemaType: 'JSON', schema: { type: 'object' } },
  3: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3"; message Order { int64 id = 1; }' },
} as const;
const nothing = () => undefined;

const config = (EventRecordFormat: 'JSON' | 'SOURCE', more: object = {}) => ({
  events: [{ kafka: { topic: 'orders', bootstrapServers: ['127.0.0.1:9092'], maximumBatchingWindow: 1, ...more } }],
  dispatcher: {
    schemaRegistryConfig: {
      SchemaRegistryURI: 'http://127.0.0.1:8081',
      EventRecordFormat,
      SchemaValidationConfigs: [{ Attribute: 'KEY' as const }, { Attribute: 'VALUE' as const }],
      AccessConfigs: [],
    },
  },
});
const protobuf = Buffer.from([0, 8, 9]);

test('a test gives the schemas of the registry, and the function gets decoded what was written by them', async () => {
  const ship = await trigger(nothing, config('JSON'), { schemas });
  await ship.deliver([
    { key: { of: 'Zoë' }, keySchema: 2, value: { id: 7 }, valueSchema: 1 },
    { value: { id: 8 }, valueSchema: 2 },
    { value: protobuf, valueSchema: 3 },
  ]);
  assert.deepEqual(ship.calls[0]?.values, ['{"id":7}', '{"id":8}', '{"id":"9"}']);
  const [first] = Object.values(ship.calls[0]?.event.records ?? {}).flat();
  assert.equal(Buffer.from(first?.key ?? '', 'base64').toString(), '{"of":"Zoë"}');
  assert.deepEqual(
    [first?.keySchemaMetadata, first?.valueSchemaMetadata],
    [
      { dataFormat: 'JSON', schemaId: '2' },
      { dataFormat: 'AVRO', schemaId: '1' },
    ],
  );
});

test('a long is given as a number or as a bigint, as large as it may be, and in a union, too', async () => {
  const union = { type: 'record', name: 'Order', fields: [{ name: 'id', type: ['null', 'long'] }] };
  const numbers = { type: 'record', name: 'Order', fields: [{ name: 'id', type: ['double', 'long'] }] };
  const ship = await trigger(nothing, config('JSON'), {
    schemas: { 1: schemas[1], 2: { schema: union }, 3: { schema: numbers } },
  });
  const ids = [5n, 5, 2 ** 53 + 2, 2n ** 63n - 1n, -(2n ** 63n)];
  await ship.deliver([
    ...ids.map((id) => ({ value: { id }, valueSchema: 1 })),
    ...[6n, 6, null].map((id) => ({ value: { id }, valueSchema: 2 })),
    { value: { id: { long: 7n } }, valueSchema: 3 },
  ]);
  const read = [...ids.map(String), '6', '6', 'null', '7'];
  assert.deepEqual(
    ship.calls[0]?.values,
    read.map((id) => `{"id":${id}}`),
  );
});

test('SOURCE gives what was written without its frame, and filters look at what is decoded', async () => {
  const wanted = config('SOURCE', { filterPatterns: [{ value: { id: [7] } }] });
  const ship = await trigger(nothing, wanted, { schemas });
  await ship.deliver([6, 7, 8].map((id) => ({ value: { id }, valueSchema: 1 })));
  assert.deepEqual(
    ship.calls.map(({ values }) => values),
    [['\x0e']],
  );
});

test('what cannot be read goes to the destination as it came', async () => {
  const ship = await trigger(nothing, config('JSON', { onFailureDestination: 'kafka://dead' }), { schemas });
  await ship.deliver([{ value: Buffer.from('x'), valueSchema: 9 }, 'plain', { value: { id: 1 }, valueSchema: 1 }]);
  assert.deepEqual(
    ship.deadLetters.map(({ condition, values }) => [condition, ...values]),
    [
      ['SCHEMA_NOT_FOUND', '\0\0\0\0\tx'],
      ['DESERIALIZATION_ERROR', 'plain'],
    ],
  );
  assert.deepEqual(
    ship.calls.map(({ values }) => values),
    [['{"id":1}']],
  );
});

test('what is wrong with a schema, or with a record by one, is said with its place', async () => {
  await assert.rejects(trigger(nothing, config('JSON')), /schemas.*among the options/);
  await assert.rejects(trigger(nothing, config('JSON'), { schemas: { 4: { schema: '{' } } }), /schemas\.4: /);
  const named = { abc: { schema: order } } as never;
  await assert.rejects(trigger(nothing, config('JSON'), { schemas: named }), /schemas\.abc: is the id of a schema/);
  const ship = await trigger(nothing, config('JSON'), { schemas });
  const sending = (value: unknown, valueSchema: number) => () => ship.send([{ value, valueSchema }]);
  assert.throws(sending({ id: 'seven' }, 1), /records\.0\.value: is not of schema 1/);
  assert.throws(sending({ id: 1 }, 3), /records\.0\.value: .*Protobuf/);
  assert.throws(sending({ id: 1 }, 5e9), /records\.0\.valueSchema: is the id of a schema/);
  assert.throws(sending({ id: 2n ** 63n }, 1), /records\.0\.value: is not of schema 1/);
  assert.throws(sending({ id: 1 }, 5), /records\.0\.value: .*has no 5/);
  const plain = await trigger(nothing, { events: config('JSON').events });
  assert.throws(() => plain.send([{ value: { id: 1 }, valueSchema: 1 }]), /records\.0\.value: .*schemas/);
});
