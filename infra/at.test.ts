import assert from 'node:assert/strict';
import { test } from 'node:test';
import { at } from './at.ts';

test('an element that is there is given, also where it is undefined, and one that is not is an error', () => {
  const list = ['a', undefined];
  assert.deepEqual([at(list, 0), at(list, 1)], ['a', undefined]);
  for (const index of [-1, 2, Number.NaN]) assert.throws(() => at(list, index), RangeError);
});
