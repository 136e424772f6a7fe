import assert from 'node:assert/strict';
import { test } from 'node:test';
import { quantile } from './quantile.ts';

test('a quantile is one of the values, the last of them the greatest', () => {
  assert.equal(quantile([1, 2, 3, 4, 50], 0.5), 3);
  assert.equal(quantile([1, 2, 3, 4, 50], 1), 50);
  assert.equal(quantile([], 0.5), Number.NaN);
});
