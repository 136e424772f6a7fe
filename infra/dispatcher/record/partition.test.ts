/** What a partition holds in memory, and what it remembers of records that are done. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { partitionAt } from './record.fixture.ts';
import { type KafkaRecord, Records } from './record.ts';

const kilobyte = 'x'.repeat(1000);

/** Records of 1,000 bytes that came in one buffer. */
function fetched(partition: ReturnType<typeof partitionAt>, count: number): KafkaRecord[] {
  const memory = Buffer.allocUnsafeSlow(count * 1000).fill(kilobyte);
  const records = new Records(partition, 0);
  return Array.from({ length: count }, (_, index) => {
    const value = memory.subarray(index * 1000, (index + 1) * 1000);
    const message = { offset: '', timestamp: '0', attributes: 0, key: null, value, headers: {} };
    return partition.add(records.of(partition.next, message));
  });
}

test('what is counted is what is held: a buffer as a whole, until the last of its records is done', () => {
  const partition = partitionAt(0);
  const [first, ...others] = fetched(partition, 100) as [KafkaRecord, ...KafkaRecord[]];
  assert.equal(partition.bytes, 100_000);
  for (const record of others) partition.finish(record);
  assert.equal(partition.bytes, 100_000);
  assert.deepEqual([partition.span, partition.watermark()], [100, 0]);
  partition.finish(first);
  assert.deepEqual([partition.bytes, partition.watermark(), partition.span], [0, 100, 0]);
});

test('records that are done hold nothing, however long one before them takes', () => {
  const partition = partitionAt(0);
  const [, ...others] = fetched(partition, 10);
  for (const record of others) partition.finish(record);
  assert.ok(others.every(({ key, value, headers }) => key === null && value === null && headers.length === 0));
});

test('a stuck record does not keep the buffer that it came in, where memory is short', () => {
  const partition = partitionAt(0);
  const stuck: KafkaRecord[] = [];
  for (let fetch = 0; fetch < 50; fetch++) {
    const [first, ...others] = fetched(partition, 100) as [KafkaRecord, ...KafkaRecord[]];
    stuck.push(first);
    for (const record of others) partition.finish(record);
  }
  assert.equal(partition.bytes, 5_000_000);
  assert.ok(partition.holdsLess(1_000_000));
  assert.ok(partition.bytes < 100_000, `${partition.bytes} for 50 records`);
  for (const record of stuck) {
    assert.equal(String(record.value), kilobyte);
    assert.ok((record.value?.buffer.byteLength ?? 0) < 100_000);
    partition.finish(record);
  }
  assert.equal(partition.bytes, 0);
});

test('where what is held is needed nothing is copied', () => {
  const partition = partitionAt(0);
  const records = fetched(partition, 100);
  const before = records.map(({ value }) => value);
  assert.ok(!partition.holdsLess(50_000));
  assert.deepEqual(
    records.map(({ value }) => value?.buffer === before[0]?.buffer),
    Array(100).fill(true),
  );
});

test('what an earlier owner left of offsets that the log has no more is not said of those that come in their place', () => {
  const tried = new Map([6, 9].map((offset) => [offset, { deliveries: 2, retries: 1 }]));
  const partition = partitionAt(5, { progress: { finished: new Set([7, 8]), tried, end: 10 } });
  partition.end = 8;
  partition.end = 12;
  assert.deepEqual(
    [7, 8].map((offset) => partition.wasFinished(offset)),
    [true, false],
  );
  assert.deepEqual(
    [6, 9].map((offset) => partition.triedBefore(offset).deliveries),
    [2, 0],
  );
});
