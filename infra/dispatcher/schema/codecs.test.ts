/** What becomes of a record's bytes by its schema: what JSON can say of them, or an error. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import avro from 'avsc';
import protobuf from 'protobufjs';
import { avroDecoder } from './avro.ts';
import type { DataFormat, RegisteredSchema } from './codec.ts';
import { jsonSchemaDecoder } from './jsonSchema.ts';
import { protobufDecoder } from './protobuf.ts';

const registered = (format: DataFormat, schema: unknown, references: RegisteredSchema['references'] = []) => ({
  format,
  text: typeof schema === 'string' ? schema : JSON.stringify(schema),
  references,
});
const asJson = (value: unknown): string => JSON.stringify(value);

test("Avro's unions are the value that is there, its bytes a text, its long numbers whole", () => {
  const schema = {
    type: 'record',
    name: 'Order',
    fields: [
      { name: 'id', type: 'long' },
      { name: 'note', type: ['null', 'string'] },
      { name: 'either', type: ['int', 'float', 'string'] },
      { name: 'token', type: { type: 'bytes', logicalType: 'decimal', precision: 4 } },
      { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW', 'OLD'] } },
      { name: 'lines', type: { type: 'array', items: { type: 'map', values: 'double' } } },
    ],
  } as avro.Schema;
  const bytes = Buffer.from(
    // 2^53 + 1; "é" in a union of two; an int; two bytes; OLD; one map of one, and no more.
    [...[0x82, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20], 2, 4, 0xc3, 0xa9, 0, 6, 4, 0xff, 0x41, 2],
  );
  const lines = Buffer.concat([Buffer.from([2, 2, 2, 0x61]), Buffer.from(new Float64Array([1.5]).buffer)]);
  const value = avroDecoder(registered('AVRO', schema))(Buffer.concat([bytes, lines, Buffer.from([0, 0])]));
  assert.equal(
    asJson(value),
    '{"id":9007199254740993,"note":"é","either":3,"token":"ÿA","state":"OLD","lines":[{"a":1.5}]}',
  );
});

test('Avro that refers to what another schema declares', () => {
  const money = { type: 'record', name: 'Money', namespace: 'common', fields: [{ name: 'cents', type: 'int' }] };
  const order = { type: 'record', name: 'Order', fields: [{ name: 'price', type: 'common.Money' }] };
  const decode = avroDecoder(registered('AVRO', order, [{ name: 'common.Money', text: JSON.stringify(money) }]));
  assert.deepEqual(decode(Buffer.from([10])), { price: { cents: 5 } });
});

test('Avro that is too short or too long for its schema is an error', () => {
  const decode = avroDecoder(registered('AVRO', '"string"'));
  assert.equal(decode(avro.Type.forSchema('string').toBuffer('key')), 'key');
  assert.throws(() => decode(Buffer.from([6, 0x61])));
  assert.throws(() => decode(Buffer.from([2, 0x61, 0x61])));
});

const order = `syntax = "proto3"; package shop; import "google/protobuf/timestamp.proto"; import "common/money.proto";
  message Other { int32 z = 1; message Inner { string deep = 1; } }
  message Order { string order_id = 1; int64 amount_cents = 2; optional int32 n = 3; map<string, int32> lines = 4;
    google.protobuf.Timestamp at = 5; Kind kind = 6; oneof pay { string card = 7; bytes token = 8; } repeated Item items = 9;
    common.Money money = 10; string label = 11 [json_name = "LABEL"]; map<int64, bool> marks = 12; double rate = 13;
    enum Kind { A = 0; B = 1; } message Item { double price = 1; } }`;
const money = {
  name: 'common/money.proto',
  text: 'syntax = "proto3"; package common; message Money { int64 units = 1; }',
};

const encoder = (() => {
  const root = new protobuf.Root();
  for (const text of [money.text, order]) protobuf.parse(text, root, { keepCase: true });
  root.addJSON(protobuf.common.get('google/protobuf/timestamp.proto')?.nested ?? {});
  return (name: string, value: object): Buffer => {
    const type = root.lookupType(name);
    return Buffer.from(type.encode(type.fromObject(value)).finish());
  };
})();

test("Protobuf is Protobuf's own JSON", () => {
  const value = {
    order_id: 'a',
    amount_cents: '9007199254740993',
    n: 0,
    lines: { x: 1 },
    at: { seconds: 1_700_000_000, nanos: 5_000_000 },
    kind: 'B',
    token: Buffer.from('hi'),
    items: [{ price: 1.5 }, {}],
    money: { units: 3 },
    label: 'l',
    marks: { '7': true },
    rate: Number.NaN,
  };
  const bytes = Buffer.concat([Buffer.from([2, 2]), encoder('shop.Order', value)]);
  assert.deepEqual(protobufDecoder(registered('PROTOBUF', order, [money]))(bytes), {
    orderId: 'a',
    amountCents: '9007199254740993',
    n: 0,
    lines: { x: 1 },
    at: '2023-11-14T22:13:20.005Z',
    kind: 'B',
    token: 'aGk=',
    items: [{ price: 1.5 }, {}],
    money: { units: '3' },
    LABEL: 'l',
    marks: { 7: true },
    rate: 'NaN',
  });
});

test('a Protobuf record names its message by a path of indexes', () => {
  const decode = protobufDecoder(registered('PROTOBUF', order, [money]));
  const bytes = (indexes: number[], name: string, value: object) =>
    Buffer.concat([Buffer.from(indexes), encoder(name, value)]);
  assert.deepEqual(decode(bytes([0], 'shop.Other', { z: 4 })), { z: 4 });
  assert.deepEqual(decode(bytes([4, 0, 0], 'shop.Other.Inner', { deep: 'd' })), { deep: 'd' });
  assert.throws(() => decode(bytes([2, 8], 'shop.Other', {})), /no message 4/);
  assert.throws(() => decode(Buffer.from([0xfe, 0xff, 0xff, 0xff, 0x0f])), /index/);
});

test('JSON is read as it is, and refused where its schema does not allow it', () => {
  const schema = {
    type: 'object',
    properties: { id: { type: 'integer', 'connect.type': 'int32' }, at: { type: 'string', format: 'date-time' } },
    required: ['id'],
  };
  for (const draft of [
    '',
    'http://json-schema.org/draft-07/schema#',
    'http://json-schema.org/draft-06/schema#',
    'https://json-schema.org/draft/2020-12/schema',
    'https://json-schema.org/draft/2019-09/schema',
  ]) {
    const decode = jsonSchemaDecoder(registered('JSON', draft ? { $schema: draft, ...schema } : schema));
    assert.deepEqual(decode(Buffer.from('{"id":1,"more":null}')), { id: 1, more: null });
    assert.throws(() => decode(Buffer.from('{"id":"one"}')), /must be integer/);
    assert.throws(() => decode(Buffer.from('{"id":1,"at":"noon"}')), /date-time/);
    assert.throws(() => decode(Buffer.from('{"id":')));
  }
});

test('a JSON schema that refers to another', () => {
  const schema = { type: 'object', properties: { price: { $ref: 'money.json' } } };
  const decode = jsonSchemaDecoder(registered('JSON', schema, [{ name: 'money.json', text: '{"type":"number"}' }]));
  assert.deepEqual(decode(Buffer.from('{"price":1}')), { price: 1 });
  assert.throws(() => decode(Buffer.from('{"price":"much"}')), /must be number/);
});

test('of a record that cannot be read no word is told', () => {
  const types = { street: { type: 'string' }, state: { enum: ['NEW'] } };
  const fields = [
    { name: 'street', type: 'string' },
    { name: 'state', type: { type: 'enum', name: 'State', symbols: ['NEW'] } },
  ];
  const decoders = {
    json: jsonSchemaDecoder(registered('JSON', { properties: types, additionalProperties: false })),
    avro: avroDecoder(registered('AVRO', { type: 'record', name: 'Order', fields })),
    protobuf: protobufDecoder(registered('PROTOBUF', 'syntax = "proto3"; message Order { string street = 1; }')),
  };
  const personal = 'ana@example.com';
  const records = [
    personal,
    `{"street":${personal}}`,
    `{"state":"${personal}"}`,
    `{"street":"x","${personal}":1}`,
    `\x00${personal}`,
  ];
  for (const [format, decode] of Object.entries(decoders)) {
    for (const record of records) {
      assert.throws(
        () => decode(Buffer.from(record)),
        ({ message }: Error) => message !== '' && !/ana|example/.test(message),
        `${format}: ${record}`,
      );
    }
  }
});
