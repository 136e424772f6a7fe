import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import type { KafkaRecord } from '../record/record.ts';
import { fromNamedOn, namedRecords } from './answer.ts';

const partitions = [partitionAt(0), partitionAt(0, { id: 1 })] as const;
const record = (id: 0 | 1, offset: number, key: string) => recordAt(partitions[id], offset, key);
const batch = [record(0, 10, 'a'), record(0, 11, 'b'), record(0, 12, 'a'), record(1, 10, 'a'), record(1, 11, 'c')];
const item = (partition: unknown, offset: unknown) => ({ itemIdentifier: { partition, offset } });
const places = (records: readonly KafkaRecord[] | undefined) =>
  records?.map(({ partition, offset }) => `${partition.id}:${offset}`);
const named = (answer: unknown) =>
  places(namedRecords(answer === undefined ? undefined : JSON.stringify(answer), batch));

test('answer: nothing, null, and an empty or absent list are success', () => {
  for (const answer of [undefined, null, {}, { batchItemFailures: null }, { batchItemFailures: [] }, { other: 1 }]) {
    assert.deepEqual(named(answer), []);
  }
});

test('answer: the named records are to be tried again, in their own order, and no others', () => {
  assert.deepEqual(named({ batchItemFailures: [item('t-0', 11)] }), ['0:11']);
  assert.deepEqual(named({ batchItemFailures: [item('t-1', 10), item('t-0', 12), item('t-0', 10)] }), [
    '0:10',
    '0:12',
    '1:10',
  ]);
});

test('answer: read as for Kinesis, what follows a named record goes with it: of the partition, of the key, or nothing', () => {
  const [, b] = batch;
  const from = (some: KafkaRecord[], key: (record: KafkaRecord) => string | undefined) =>
    places(fromNamedOn(some, batch, key));
  assert.deepEqual(
    from(b ? [b] : [], ({ partition }) => `${partition.id}`),
    ['0:11', '0:12'],
  );
  assert.deepEqual(
    from([batch[0]] as KafkaRecord[], ({ partition, key }) => `${partition.id}${key}`),
    ['0:10', '0:12'],
  );
  assert.deepEqual(
    from([batch[0]] as KafkaRecord[], () => undefined),
    ['0:10'],
  );
});

test('answer: ten thousand failures are read at once', { timeout: 5000 }, () => {
  const many = Array.from({ length: 10_000 }, (_, offset) => record(0, offset, 'a'));
  const batchItemFailures = many.map(({ offset }) => item('t-0', offset));
  assert.equal(namedRecords(JSON.stringify({ batchItemFailures }), many)?.length, 10_000);
});

test('answer: what is no JSON, as an endpoint may send it, makes no sense', () => {
  for (const text of ['ok', '"{"batchItemFailures":[]}"', '']) assert.equal(namedRecords(text, batch), undefined, text);
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
    { batchItemFailures: [item('t-0', '10')] },
    { batchItemFailures: [item('t-0', 10.5)] },
    { batchItemFailures: [item('t-0', 99)] },
    { batchItemFailures: [item('t-7', 10)] },
  ];
  for (const answer of nonsense) assert.equal(named(answer), undefined, JSON.stringify(answer));
});
