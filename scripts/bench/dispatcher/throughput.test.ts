import assert from 'node:assert/strict';
import { test } from 'node:test';
import { line } from './throughput.ts';

const reader = { name: 'published', batch: 1 };
const took = (milliseconds: number, records = 1000) => ({
  records,
  milliseconds,
  cpuMicroseconds: Number.NaN,
  megabytes: Number.NaN,
});

test('a reader that did not run has no rate', () => {
  assert.deepEqual(line(reader, [took(500), took(500, 0)], [took(100)]).slice(2), ['did not run', '', '', '']);
});

test('each run is compared with what raw kafkajs gave in the same one, and what was not measured is not said', () => {
  const cells = line(reader, [took(1000), took(500), took(2000)], [took(500), took(500), took(500)]);
  assert.deepEqual(cells, ['published', '1', '1,000 (500–2,000)', '0.50 (0.25–1.00)', '-', '-']);
});
