import assert from 'node:assert/strict';
import type { GivenSchema } from '../../../infra/dispatcher/testing/interface.ts';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** What the registry has, whichever rule asks. */
export const registeredSchemas = {
  1: { schemaType: 'AVRO', schema: { type: 'record', name: 'Order', fields: [{ name: 'id', type: 'long' }] } },
  2: { schemaType: 'PROTOBUF', schema: 'syntax = "proto3"; message Order { int64 id = 1; }' },
  3: { schemaType: 'JSON', schema: { type: 'object', properties: { id: { type: 'integer' } } } },
} as const satisfies Record<number, GivenSchema>;

/** As Confluent's serializers frame it. */
const framed = (id: number, ...bytes: number[]) => Buffer.from([0, 0, 0, 0, id, ...bytes]);
/** `{ id }` in Avro: a long is written in zigzags. */
const avro = (id: number) => framed(1, id * 2);

const config = (EventRecordFormat: 'JSON' | 'SOURCE', ...parts: ('KEY' | 'VALUE')[]) => ({
  schemaRegistryConfig: {
    SchemaRegistryURI: '$REGISTRY',
    EventRecordFormat,
    SchemaValidationConfigs: parts.map((Attribute) => ({ Attribute })),
  },
});

const text = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString('latin1');

/** Of each record its key, its value, and by which schemas they were read. */
const seen = (scene: Scene) =>
  scene
    .calls()
    .flatMap(({ event }) => Object.values(event.records).flat())
    .map((record) => [text(record.key), text(record.value), record.keySchemaMetadata, record.valueSchemaMetadata]);

const of = (dataFormat: string, schemaId: string) => ({ dataFormat, schemaId });

export const schemaRules: Rule[] = [
  {
    name: 'schema registry, JSON: Avro, Protobuf and JSON Schema come as base64 of JSON, with the id of their schema',
    page: pages.schemaConfig,
    words:
      '“have Lambda deliver the record to your function as a standard JSON object”, with the metadata of its schema',
    event: { maximumBatchingWindow: 1 },
    extra: config('JSON', 'KEY', 'VALUE'),
    async check(scene) {
      await scene.produce([
        { partition: 0, key: avro(6), value: avro(7) },
        { partition: 0, value: framed(2, 0, 8, 8) },
        { partition: 0, value: Buffer.concat([framed(3), Buffer.from('{"id":9}')]) },
      ]);
      await scene.untilCommitted(0, 3);
      assert.deepEqual(seen(scene), [
        ['{"id":6}', '{"id":7}', of('AVRO', '1'), of('AVRO', '1')],
        ['', '{"id":"8"}', undefined, of('PROTOBUF', '2')],
        ['', '{"id":9}', undefined, of('JSON', '3')],
      ]);
    },
  },
  {
    name: 'schema registry, SOURCE: the value comes as it was produced, without its frame; the key, which nobody asked for, as it is',
    page: pages.schemaConfig,
    words: '“Lambda removes all schema metadata, such as the schema ID, before sending the record to your function”',
    open: 'which bytes exactly are left',
    event: { maximumBatchingWindow: 1 },
    extra: config('SOURCE', 'VALUE'),
    async check(scene) {
      await scene.produce([{ partition: 0, key: avro(6), value: avro(7) }]);
      await scene.untilCommitted(0, 1);
      assert.deepEqual(seen(scene), [['\0\0\0\0\x01\x0c', '\x0e', undefined, of('AVRO', '1')]]);
    },
  },
  {
    name: 'schema registry: filters look at the fields of what was decoded',
    page: pages.schemas,
    words: 'Lambda filters the deserialized record',
    event: { filterPatterns: [{ value: { id: [7] } }] },
    extra: config('SOURCE', 'VALUE'),
    async check(scene) {
      await scene.produce([6, 7, 8].map((id) => ({ partition: 0, value: avro(id) })));
      await scene.untilCommitted(0, 3);
      assert.deepEqual(scene.delivered(), ['\x0e']);
    },
  },
  {
    name: 'schema registry: what cannot be read never gets to the function, but to the destination, as it came',
    page: pages.schemas,
    words: 'records that fail schema validation are sent to the on-failure destination',
    open: 'how the conditions are named',
    event: { onFailureDestination: 'kafka://$TOPIC.dead' },
    extra: config('JSON', 'VALUE'),
    async check(scene) {
      await scene.produce([{ partition: 0, value: framed(9, 1) }, 'plain', { partition: 0, value: avro(7) }]);
      await scene.untilCommitted(0, 3);
      assert.deepEqual(scene.delivered(), ['{"id":7}']);
      assert.deepEqual(await scene.letters(), ['\0\0\0\0\t\x01', 'plain']);
      const conditions = (await scene.stored(scene.deadTopic)).map(
        ({ value }) => JSON.parse(`${value}`).requestContext.condition,
      );
      assert.deepEqual(conditions, ['SCHEMA_NOT_FOUND', 'DESERIALIZATION_ERROR']);
    },
  },
];
