import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import fc from 'fast-check';
import { orderSchema } from '../../functions/orders/records.ts';
import { systemClock } from '../clock.ts';
import { message } from './pedidos.ts';
import { idFromKey, place, type Wish } from './place.ts';

const settings = { estimate: { low: 12, high: 20 }, seed: 7 };
const origin = { traceId: '0af7651916cd43dd8448eb211c80319c', owner: '', secret: 'secret' };
const wish: Wish = {
  product: 'Tea',
  price: 10,
  gateway: 'Webpay',
  cardBrand: 'Visa',
  bank: 'Estado',
  region: 'Maule',
  address: 'Los Aromos 12',
  email: 'ana@example.com',
  run: '',
  distribution: '',
  clock: 1,
  language: 'en',
  key: '',
};
const clock = { ...systemClock, now: () => 1_700_000_000_000 };

test('whatever is placed is a valid order, estimated within the settings and the order own clock', () => {
  const text = (most: number) => fc.string({ unit: 'grapheme', minLength: 1, maxLength: most });
  const wishes = fc.record({
    product: text(250),
    price: fc.double(),
    bank: text(120),
    key: fc.string({ maxLength: 140 }),
    clock: fc.double({ min: -1 }),
    run: fc.string({ maxLength: 70 }),
  });
  fc.assert(
    fc.property(wishes, (part) => {
      try {
        const order = orderSchema.parse(place({ ...wish, ...part }, {}, origin, { settings, clock }));
        const seconds = ((order.estimatedAt - clock.now()) / 1000) * order.clock;
        assert.ok(Math.abs(seconds - 16) <= 4 + 0.001 * order.clock);
      } catch (error) {
        assert.equal((error as { code?: number }).code, status.INVALID_ARGUMENT, String(error));
      }
    }),
  );
});

test('the same key names the same order; no key, a new one each time', () => {
  const id = (key: string) => place({ ...wish, key }, {}, origin, { settings, clock }).orderId;
  assert.equal(id('a'), id('a'));
  assert.notEqual(id('a'), id('b'));
  assert.notEqual(id(''), id(''));
  assert.match(idFromKey('secret', '', 'a'), /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('a refusal names the field as the client knows it, and never what it held', () => {
  const bad = { ...wish, email: 'secret', price: Number.NaN, key: 'k'.repeat(129), clock: 1e9, language: 'fr' as 'es' };
  const names = { email: 'details.email', key: 'idempotency_key' };
  assert.throws(() => place(bad, names, origin, { settings, clock }), {
    code: status.INVALID_ARGUMENT,
    message:
      'price must be a finite number; details.email must be an e-mail address like ana@example.com; ' +
      'clock must not exceed 1000000; language must be one of es, en, or empty; ' +
      'idempotency_key must not be longer than 128 characters',
  });
});

test('the customer is told the order and its estimated delivery in the language of the shop', () => {
  const exact = { estimate: { low: 14.5, high: 14.5 }, seed: 1 };
  const order = place({ ...wish, key: 'k' }, {}, origin, { settings: exact, clock });
  const id = idFromKey('secret', '', 'k');
  const moment = '2023-11-14T22:13:34.500Z';
  assert.equal(message(order), `Order ${id} received. Estimated delivery in 14.5 seconds (${moment}).`);
  assert.equal(
    message({ ...order, language: 'es' }),
    `Pedido ${id} recibido. Entrega estimada en 14,5 segundos (${moment}).`,
  );
});
