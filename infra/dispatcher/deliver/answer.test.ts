import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionAt, recordAt } from '../record/record.trial.ts';
import { failedRecords } from './answer.ts';

const partitions = [partitionAt(0), partitionAt(0, { id: 1 })] as const;
const record = (id: 0 | 1, offset: number, key: string) => recordAt(partitions[id], offset, key);
const batch = [record(0, 10, 'a'), record(0, 11, 'b'), record(0, 12, 'a'), record(1, 10, 'a'), record(1, 11, 'c')];
const item = (partition: unknown, offset: unknown) => ({ itemIdentifier: { partition, offset } });
const failed = (answer: unknown, byKey = false) =>
  failedRecords(answer === undefined ? undefined : JSON.stringify(answer), batch, ({ partition, key }) =>
    byKey ? `${partition.id}${key}` : `${partition.id}`,
  )?.map(({ partition, offset }) => `${partition.id}:${offset}`);

test('answer: nothing, null, and an empty or absent list are success', () => {
  for (const answer of [undefined, null, {}, { batchItemFailures: null }, { batchItemFailures: [] }, { other: 1 }]) {
    assert.deepEqual(failed(answer), []);
  }
});

test('answer: everything from the first failed offset of a partition on is tried again, other partitions are done', () => {
  assert.deepEqual(failed({ batchItemFailures: [item('t-0', 11)] }), ['0:11', '0:12']);
  assert.deepEqual(failed({ batchItemFailures: [item('t-0', 12), item('t-0', 10)] }), ['0:10', '0:11', '0:12']);
  assert.deepEqual(failed({ batchItemFailures: [item('t-1', '10')] }), ['1:10', '1:11']);
});

test('answer: in key order only the records of the same key are held back', () => {
  assert.deepEqual(failed({ batchItemFailures: [item('t-0', 10)] }, true), ['0:10', '0:12']);
});

test('answer: what makes no sense fails the whole batch', () => {
  const nonsense = [
    'text',
    7,
    [],
    { batchItemFailures: 'x' },
    { batchItemFailures: [{}] },
    { batchItemFailures: [{ itemIdentifier: '' }] },
    { batchItemFailures: [{ itemIdentifier: null }] },
    { batchItemFailures: [item('', 10)] },
    { batchItemFailures: [item('t-0', -1)] },
    { batchItemFailures: [item('t-0', 99)] },
    { batchItemFailures: [item('t-7', 10)] },
  ];
  for (const answer of nonsense) assert.equal(failed(answer), undefined, JSON.stringify(answer));
});
