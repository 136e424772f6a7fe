import assert from 'node:assert/strict';
import { test } from 'node:test';
import { growthOf } from './growth.ts';

const thirty = Array.from({ length: 30 }, (_, index) => index);
const grows = (values: readonly number[]) => growthOf(values.map((it) => ({ it })))[0]?.grows;

test('what climbs all the time grows, and what has climbed to its height does not', () => {
  assert.equal(grows(thirty.map((index) => 100 + 10 * index)), true);
  assert.equal(grows(thirty.map((index) => Math.min(100 + 20 * index, 250))), false);
});

test('what goes up and down does not grow, and is told at its most', () => {
  const values = thirty.map((index) => 300 + (index % 3) * 100);
  const [growth] = growthOf(values.map((megabytes) => ({ megabytes })));
  assert.deepEqual(growth, { name: 'megabytes', middle: 400, last: 400, most: 500, grows: false });
});

test('a slow leak is seen as soon as it is a tenth', () => {
  assert.equal(grows(thirty.map((index) => 1000 + 5 * index)), false);
  assert.equal(grows(thirty.map((index) => 1000 + 15 * index)), true);
});
