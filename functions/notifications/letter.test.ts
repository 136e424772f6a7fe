import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sampleOrder } from '../orders/order.fixture.ts';
import type { Order, Step } from '../orders/records.ts';
import { composeLetter } from './letter.ts';

const placedAt = Date.UTC(2026, 0, 2, 3, 4, 5);
const order = sampleOrder({
  placedAt,
  estimatedAt: placedAt + 15_000,
  language: 'es',
  product: 'Cafetera italiana',
  price: 18_990.5,
});
const { orderId } = order;

const history: Step[] = [
  { version: 1, command: 'process', from: null, to: 'processing', at: placedAt + 1000 },
  { version: 2, command: 'prepare', from: 'processing', to: 'preparing', at: placedAt + 5000 },
  { version: 3, command: 'ship', from: 'preparing', to: 'shipped', at: placedAt + 10_000 },
  { version: 4, command: 'deliver', from: 'shipped', to: 'delivered', at: placedAt + 17_000 },
];

function letter(version: number, changes: Partial<Order> = {}) {
  const step = history[version - 1];
  if (!step) throw new Error(`there is no step ${version}`);
  return composeLetter({ order: { ...order, ...changes }, history }, step);
}

test('a letter tells the state, the story up to it and the estimated delivery, as HTML and as text', () => {
  const { subject, text, html, messageId } = letter(2);
  assert.equal(subject, 'Tu pedido de Cafetera italiana: Preparación');
  assert.equal(messageId, `<${orderId}-2@despacho.local>`);
  for (const part of [text, html]) {
    assert.match(part, /Entrega estimada[^:]*:?[\s\S]*3:04:20/);
    assert.match(part, /Procesando→Preparación/);
    assert.doesNotMatch(part, /Preparación→Enviado/);
    assert.match(part, /18\.990,5/);
  }
});

test('a delivery is compared with what was estimated', () => {
  assert.match(letter(4).text, /Se entregó 2 s después de lo estimado/);
  assert.match(letter(4, { estimatedAt: placedAt + 20_000 }).text, /Se entregó 3 s antes de lo estimado/);
});

test('a letter speaks the language of its order', () => {
  const { subject, text, html } = letter(3, { language: 'en' });
  assert.equal(subject, 'Your order of Cafetera italiana: Shipped');
  assert.match(text, /Estimated delivery/);
  assert.match(html, /<html lang="en">/);
});

test('what came with the order stays text in the HTML, which loads nothing', () => {
  const { html } = letter(1, { product: '<script>alert(1)</script>"' });
  assert.match(html, /&lt;script&gt;alert\(1\)&lt;\/script&gt;&quot;/);
  assert.doesNotMatch(html, /<script|src=|href=|url\(/);
});

test('nobody mails a link in the name of a product', () => {
  const { subject, text, html } = letter(1, { product: 'Mate https://evil.example/login?x=1 www.evil.example' });
  for (const part of [subject, text, html]) assert.doesNotMatch(part, /evil/);
  assert.equal(text.split('\n').length, letter(1).text.split('\n').length);
});
