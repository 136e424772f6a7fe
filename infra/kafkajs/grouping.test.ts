import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import group from 'kafkajs/src/producer/groupMessagesPerPartition.js';
import { groupedAtOnce } from './grouping.ts';

test('messages come to the partitions, and in the order, that kafkajs gives them', () => {
  const partitioner = ({ message }: { message: { value: string } }) => message.value.length % 3;
  fc.assert(
    fc.property(fc.array(fc.record({ value: fc.string({ maxLength: 8 }) })), (messages) => {
      const usual = group({ topic: 't', partitionMetadata: [{}], messages: [...messages], partitioner });
      const own = group({ topic: 't', partitionMetadata: [{}], messages: groupedAtOnce(messages), partitioner });
      assert.deepEqual(own, usual);
    }),
  );
});
