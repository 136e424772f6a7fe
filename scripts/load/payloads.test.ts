import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { detailsSchema } from '../../functions/orders/records.ts';
import { syntheticOrder } from './payloads.ts';

test('every made-up order is one that the shop accepts, and has an e-mail that belongs to nobody', () => {
  fc.assert(
    fc.property(fc.integer(), fc.nat(5_000_000), (seed, number) => {
      const { paymentGateway: gateway, language, ...details } = syntheticOrder(seed, number);
      detailsSchema.parse({ ...details, gateway });
      assert.match(details.email, /@([a-z]+\.)?example\.(com|org|net)$/);
      assert.equal(language, '');
    }),
  );
});

test('orders vary, and an order of the same seed and number is the same', () => {
  const orders = Array.from({ length: 2_000 }, (_, number) => syntheticOrder(1, number));
  const different = (read: (order: (typeof orders)[number]) => unknown) => new Set(orders.map(read)).size;
  assert.deepEqual(syntheticOrder(1, 77), orders[77]);
  assert.notDeepEqual(syntheticOrder(2, 77), orders[77]);
  assert.equal(
    different(({ region }) => region),
    16,
  );
  assert.equal(
    different(({ product }) => product),
    20,
  );
  assert.ok(different(({ email }) => email) > 1_900);
  assert.ok(different(({ price }) => price) > 1_000);
});
