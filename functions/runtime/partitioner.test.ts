import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Partitioners, type PartitionMetadata } from 'kafkajs';
import { keyPartitioner } from './partitioner.ts';

const partitions = (count: number): PartitionMetadata[] =>
  Array.from({ length: count }, (_, partitionId) => ({
    partitionId,
    leader: 1,
    replicas: [1],
    isr: [1],
    partitionErrorCode: 0,
  }));

test("a key goes to the partition that kafkajs's default chooses", () => {
  const [ours, theirs] = [keyPartitioner(), Partitioners.DefaultPartitioner()];
  const key = fc.oneof(fc.string({ unit: 'grapheme' }), fc.uuid(), fc.uint8Array().map(Buffer.from));
  fc.assert(
    fc.property(key, fc.integer({ min: 1, max: 50 }), (key, count) => {
      const record = { topic: 't', partitionMetadata: partitions(count), message: { key, value: '' } };
      assert.equal(ours(record), theirs(record));
    }),
    { numRuns: 2000 },
  );
});

test('a record without a key is refused', () => {
  const record = { topic: 't', partitionMetadata: partitions(1), message: { value: '' } };
  assert.throws(() => keyPartitioner()(record), /a record for t has no key/);
});
