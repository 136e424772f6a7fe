import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decimal } from './pedidos.ts';

test('a price is read as the decimal that its 32-bit float was made from', () => {
  for (const price of [19.99, 0.1, 12_990, 1_234.56, 0.07, 16_777_216])
    assert.equal(decimal(Math.fround(price)), price);
});

test('no float is changed by being read as a decimal', () => {
  fc.assert(
    fc.property(fc.float(), (float) => {
      assert.ok(float === Math.fround(decimal(float)) || Number.isNaN(float));
    }),
  );
});
