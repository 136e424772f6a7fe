/** Whose records wait for whose. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import type { KafkaRecord } from '../record/record.ts';
import { Lanes, type Ordering } from './lanes.ts';

/** A record for each of these keys, at the offsets from 0 on. */
function recordsOf(keys: readonly (string | null)[]): KafkaRecord[] {
  const partition = partitionAt(0);
  return keys.map((key, offset) => recordAt(partition, offset, key));
}

const next = (lanes: Lanes): number[] => lanes.take(100, 1e6).records.map(({ offset }) => offset);

/** What may go next when the first `size` records have gone together, and all of them are done but those at some offsets. */
function after(ordering: Ordering, keys: readonly (string | null)[], size: number, left: readonly number[]): number[] {
  const lanes = new Lanes(ordering);
  const records = recordsOf(keys);
  for (const record of records.slice(0, size)) lanes.add(record);
  const load = lanes.take(size, 1e6);
  for (const record of records.slice(size)) lanes.add(record);
  for (const record of load.records) record.done = !left.includes(record.offset);
  lanes.releaseDone(load);
  return next(lanes);
}

test('a record that is tried again holds up its own key only, and not those it shared a batch with', () => {
  assert.deepEqual(after('key', ['a', 'b', 'c', 'a', 'b', 'c'], 3, [1]), [3, 5]);
});

test('a key waits for the last of its records in a batch', () => {
  assert.deepEqual(after('key', ['a', 'a', 'b', 'a', 'b'], 3, [1]), [4]);
});

test('without keys nothing waits for anything', () => {
  assert.deepEqual(after('key', [null, null, null, null], 2, [0]), [2, 3]);
});

test('a partition waits for all of a batch', () => {
  assert.deepEqual(after('partition', ['a', 'b', 'c', 'd'], 2, [0]), []);
});

test('the end of a batch frees only what it still keeps', () => {
  const lanes = new Lanes('key');
  const records = recordsOf(['a', 'b', 'a', 'b', 'a']);
  for (const record of records.slice(0, 2)) lanes.add(record);
  const first = lanes.take(2, 1e6);
  for (const record of records.slice(0, 1)) record.done = true;
  lanes.releaseDone(first);
  for (const record of records.slice(2, 4)) lanes.add(record);
  assert.deepEqual(next(lanes), [2]);
  for (const record of records.slice(4)) lanes.add(record);
  lanes.release(first);
  assert.deepEqual(next(lanes), [3]);
});
