import assert from 'node:assert/strict';
import { test } from 'node:test';
import { row } from './throughput.ts';

const measured = { records: 0, milliseconds: 120_000, cpuMicroseconds: 0, megabytes: 0 };

test('a reader that did not run has no rate', () => {
  assert.deepEqual(row('published', '1', measured, 1000), ['published', '1', 'did not run', '', '', '']);
  assert.equal(row('published', '1', { ...measured, records: 120_000 }, 1000)[2], '1,000');
});
