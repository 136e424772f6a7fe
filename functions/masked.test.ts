import assert from 'node:assert/strict';
import { test } from 'node:test';
import { masked } from './masked.ts';

const order = { product: 'Farol de papel', address: 'Los Aromos 12', email: 'luz.vera@example.com', region: 'Maule' };

test('goods, street and e-mail are masked wherever they are told: in fields, in records, in letters', () => {
  const story = {
    order,
    records: [
      { topic: 'orders.placed', value: JSON.stringify(order), headers: { 'dead.reason': 'Farol de papel: 450' } },
    ],
    letters: [{ to: 'luz.vera@example.com', text: 'Tu pedido de Farol de papel va a Los Aromos 12, Maule.' }],
  };
  const told = JSON.stringify(masked(story));
  for (const secret of [order.product, order.address, order.email, 'luz.vera'])
    assert.ok(!told.includes(secret), secret);
  assert.match(told, /F•••.*L•••.*l•••/);
  assert.equal(masked(story).order.region, 'Maule');
});

test('all else is told as it is', () => {
  const told = { topic: 'numtest', value: '{"number":1}', at: 1, none: null, broken: '{"half', list: [true, 'a'] };
  assert.deepEqual(masked(told), told);
});
