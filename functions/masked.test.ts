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

test('a record whose JSON is broken or cut, or that is no text, tells nothing of itself', () => {
  const whole = JSON.stringify(order);
  for (const value of [whole.slice(0, -1), whole.slice(0, 40), `base64:${Buffer.from(whole).toString('base64')}`])
    assert.deepEqual(masked({ messages: [{ value }] }), { messages: [{ value: '•••' }] });
  const payload = { records: { 'orders.placed-0': [{ value: Buffer.from(whole).toString('base64') }] } };
  const letter = { value: JSON.stringify({ payload }) };
  assert.deepEqual(JSON.parse(masked(letter).value), {
    payload: { records: { 'orders.placed-0': [{ value: '•••' }] } },
  });
});

test('what is nested without end is masked as a whole, and disturbs nothing beside it', () => {
  const deep = '['.repeat(20_000) + ']'.repeat(20_000);
  const told = masked({ messages: [{ value: deep }, { value: JSON.stringify(order) }] });
  assert.ok(!JSON.stringify(told).includes(order.address));
});

test('all else is told as it is', () => {
  const told = { topic: 'numtest', value: '{"number":1}', at: 1, none: null, broken: '{"half', list: [true, 'a'] };
  assert.deepEqual(masked(told), told);
});
