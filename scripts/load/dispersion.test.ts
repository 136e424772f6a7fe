import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dispersionWindow, indexOfDispersion } from './dispersion.ts';

test('orders that alternate between 0 and 2 a window have a variance equal to their mean', () => {
  const moments = Array.from({ length: 10 }, (_, pair) => [pair * 2_000 + 100, pair * 2_000 + 200]).flat();
  assert.equal(indexOfDispersion(moments, 1, 20), 20 / 19);
});

test('nothing is said from fewer than ten windows, or without an order in them', () => {
  assert.equal(indexOfDispersion([1, 2, 3], 1, 9.5), null);
  assert.equal(indexOfDispersion([], 1, 100), null);
});

test('evenly spaced orders have none, at any rate', () => {
  fc.assert(
    fc.property(
      fc.double({ min: 0.1, max: 5_000, noNaN: true }),
      fc.integer({ min: 100, max: 3_000 }),
      (rate, count) => {
        const moments = Array.from({ length: count }, (_, index) => ((index + 0.5) / rate) * 1_000);
        assert.equal(indexOfDispersion(moments, dispersionWindow(rate), count / rate), 0);
      },
    ),
  );
});
