import assert from 'node:assert/strict';
import { test } from 'node:test';
import { measureRuns, middle } from './runs.ts';

test('a figure is the median of its runs, with the least and the most', () => {
  assert.equal(middle([3, 1, 2], 0), '2 (1–3)');
  assert.equal(middle([5], 1), '5.0');
  assert.equal(middle([12_345.6], 0), '12,346');
});

test('all rows are measured once before any is measured again', async () => {
  const order: string[] = [];
  const measured = await measureRuns(['a', 'b'], 2, async (row) => order.push(row));
  assert.deepEqual(order, ['a', 'b', 'a', 'b']);
  assert.deepEqual(
    [...measured],
    [
      ['a', [1, 3]],
      ['b', [2, 4]],
    ],
  );
});
