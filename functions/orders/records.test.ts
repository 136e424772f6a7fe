import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOrder } from './order.fixture.ts';
import { detailsSchema, orderSchema } from './records.ts';

const { product } = sampleOrder();

test('an order that was taken stays one where what it holds would not be taken any more', () => {
  for (const text of ['Cafe\u00adtera', 'a\u200bb', 'a\u0378b', 'a\u{e0041}b']) {
    assert.equal(orderSchema.parse({ ...sampleOrder(), product: text }).product, text);
    assert.equal(detailsSchema.shape.product.safeParse(text).success, false);
  }
  assert.equal(detailsSchema.shape.product.safeParse(product).success, true);
});

test('what was never taken is no order, wherever it comes from', () => {
  for (const text of ['', 'a\nb', 'a\u001bb', 'a\u202eb', 'a\ud800b', 'a\u2028b']) {
    for (const schema of [orderSchema, detailsSchema]) {
      assert.equal(schema.shape.product.safeParse(text).success, false, JSON.stringify(text));
    }
  }
});
