import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Headers } from '../../kafkajs/headers.ts';
import { jsonSize } from '../record/recordSize.ts';
import type { Source } from './kafkaEvent.ts';
import { pack, unpack } from './packing.ts';

const source: Source = { eventSource: 'SelfManagedKafka', bootstrapServers: 'a:9092,b:9092', topic: 'mytopic' };
const bytes = fc.option(fc.uint8Array({ maxLength: 300 }).map((array) => Buffer.from(array)));
const name = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom('7', 'constructor', 'toString', 'hasOwnProperty', '__proto__', 'same', 'same'),
);
const headers: fc.Arbitrary<Headers> = fc.array(fc.tuple(name, bytes), { maxLength: 5 });
const records = fc.uniqueArray(
  fc.record({
    partition: fc.record({ id: fc.nat(5) }),
    offset: fc.maxSafeNat(),
    timestamp: fc.maxSafeNat(),
    appended: fc.boolean(),
    key: bytes,
    value: bytes,
    headers,
  }),
  { selector: ({ partition, offset }) => `${partition.id}-${offset}` },
);

const listed = (given: Headers) => given.map(([key, value]) => ({ [key]: [...new Int8Array(value ?? [])] }));

test('event: packed and unpacked, records are what AWS sends, byte for byte', () => {
  fc.assert(
    fc.property(records, (given) => {
      const event = unpack(pack(given), given.length, source);
      assert.deepEqual(Object.keys(event), ['eventSource', 'bootstrapServers', 'records']);
      assert.equal(Object.values(event.records).flat().length, given.length);
      for (const id of new Set(given.map(({ partition }) => partition.id))) {
        const expected = given
          .filter(({ partition }) => partition.id === id)
          .map(({ offset, timestamp, appended, key, value, headers }) => ({
            topic: 'mytopic',
            partition: id,
            offset,
            timestamp,
            timestampType: appended ? 'LOG_APPEND_TIME' : 'CREATE_TIME',
            ...(key ? { key: key.toString('base64') } : {}),
            ...(value ? { value: value.toString('base64') } : {}),
            headers: listed(headers),
          }));
        assert.equal(JSON.stringify(event.records[`mytopic-${id}`]), JSON.stringify(expected));
      }
    }),
  );
});

/** What short numbers leave of the room for the longest: partition, offset and timestamp. */
const shortNumbers = 100;

test('event: the size that counts towards 6 MB is never less than the JSON, and little more', () => {
  fc.assert(
    fc.property(records, (given) => {
      const event = unpack(pack(given), given.length, source);
      for (const record of Object.values(event.records).flat()) {
        const original = given.find(
          ({ offset, partition }) => offset === record.offset && partition.id === record.partition,
        );
        if (!original) assert.fail('a record came from nowhere');
        const size = jsonSize('mytopic', original, original.headers);
        const actual = Buffer.byteLength(JSON.stringify(record)) + 1;
        assert.ok(size >= actual, `${size} < ${actual}`);
        const inHeaders = record.headers.flatMap((header) => Object.values(header).flat()).length;
        assert.ok(size <= actual + shortNumbers + 3 * inHeaders, `${size} for ${actual}`);
      }
    }),
  );
});
