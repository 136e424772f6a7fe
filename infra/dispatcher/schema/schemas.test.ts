/** What is asked of a registry for records, and what of their memory is held. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { RegisteredSchema } from './codec.ts';
import { Schemas } from './schemas.ts';

const framed = (id: number, text: string): Buffer => {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(id, 1);
  return Buffer.concat([head, Buffer.from(text)]);
};

const config = {
  SchemaRegistryURI: 'http://registry',
  EventRecordFormat: 'JSON',
  SchemaValidationConfigs: [{ Attribute: 'VALUE' }],
} as ConstructorParameters<typeof Schemas>[0];

test('batches that come at once ask for a schema once', async () => {
  let asked = 0;
  const { promise, resolve } = Promise.withResolvers<RegisteredSchema>();
  const schema = () => {
    asked++;
    return promise;
  };
  const schemas = new Schemas(config, { schema });
  const batches = Array.from({ length: 20 }, () => schemas.learn([{ key: null, value: framed(7, '{}') }]));
  resolve({ format: 'JSON', text: '{}', references: [] });
  await Promise.all(batches);
  assert.equal(asked, 1);
});

test('a question that fails is asked again', async () => {
  let asked = 0;
  const schema = async () => {
    if (++asked === 1) throw new Error('away');
    return { format: 'JSON', text: '{}', references: [] } as const;
  };
  const schemas = new Schemas(config, { schema });
  const messages = [{ key: null, value: framed(7, '{}') }];
  await assert.rejects(schemas.learn(messages), /away/);
  await schemas.learn(messages);
  assert.equal(String(schemas.decode(messages[0] as (typeof messages)[0]).decoded.value), '{}');
});

test('what is decoded holds no memory of the fetch, also what no schema is asked for', async () => {
  const schemas = new Schemas(config, { schema: async () => ({ format: 'JSON', text: '{}', references: [] }) });
  const fetched = Buffer.concat([Buffer.from('key'), framed(7, '{}'), Buffer.alloc(1024 * 1024)]);
  const message = { key: fetched.subarray(0, 3), value: fetched.subarray(3, 10) };
  await schemas.learn([message]);
  const { decoded } = schemas.decode(message);
  assert.deepEqual([String(decoded.key), String(decoded.value)], ['key', '{}']);
  for (const part of [decoded.key, decoded.value]) assert.notEqual(part?.buffer, fetched.buffer);
});

/** How often JSON is printed while `run` runs. */
function printing(run: () => void): number {
  const { stringify } = JSON;
  let printed = 0;
  JSON.stringify = ((value: unknown) => {
    printed++;
    return stringify(value);
  }) as typeof stringify;
  try {
    run();
    return printed;
  } finally {
    JSON.stringify = stringify;
  }
}

/** Those of a registry with one schema of Avro, and a record by it. */
async function avroRecord(EventRecordFormat: 'JSON' | 'SOURCE') {
  const text = '{"type":"record","name":"r","fields":[{"name":"n","type":"int"}]}';
  const given = { ...config, EventRecordFormat } as typeof config;
  const schemas = new Schemas(given, { schema: async () => ({ format: 'AVRO', text, references: [] }) });
  const message = { key: null, value: framed(7, '\x02') };
  await schemas.learn([message]);
  return { schemas, message };
}

test('JSON is printed once of a record that is delivered as JSON and that a filter looks at', async () => {
  const { schemas, message } = await avroRecord('JSON');
  const printed = printing(() => {
    const { decoded, judged } = schemas.decode(message);
    assert.deepEqual([String(decoded.value), String(judged())], ['{"n":1}', '{"n":1}']);
  });
  assert.equal(printed, 1);
});

test('JSON is printed of no record that is delivered as it came and that no filter looks at', async () => {
  const { schemas, message } = await avroRecord('SOURCE');
  let looks: () => Buffer | null = () => null;
  const printed = printing(() => {
    const { decoded, judged } = schemas.decode(message);
    assert.deepEqual([...(decoded.value ?? [])], [2]);
    looks = judged;
  });
  assert.equal(printed, 0);
  assert.equal(
    printing(() => assert.equal(String(looks()), '{"n":1}')),
    1,
  );
});
