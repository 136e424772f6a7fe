import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ratios } from './latency.ts';

test('latency is told as a ratio to what raw kafkajs took in the same run', () => {
  assert.deepEqual(ratios([{ ours: { ages: [2, 4, 6] }, raw: { ages: [1, 2, 3] } }]), ['2.00', '2.00', '2.00', '2.00']);
});
