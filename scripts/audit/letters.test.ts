import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isStray } from './letters.ts';

const ana = 'ana@example.com';

test('a letter is astray when its whole address is not the one of the order', () => {
  for (const to of ['banana@example.com', 'ana@example.com.evil.example', `"${ana}" <eve@example.com>`, 'x'])
    assert.equal(isStray(to, { email: ana }), true, to);
  assert.equal(isStray('josé@example.com', { email: 'josefa@example.com' }), true);
  assert.equal(isStray('josefa@example.com', { email: 'josé@example.com' }), true);
});

test('however an address is spelt, its letter is not astray, nor is one that was forgotten', () => {
  for (const to of [ana, 'Ana@Example.COM', `Ana <${ana}>`, `<${ana}>`, ''])
    assert.equal(isStray(to, { email: ana }), false, to);
  const email = 'josé@xn--espaa-rta.example';
  for (const to of [
    'josé@españa.example',
    'jose\u0301@xn--espaa-rta.example',
    '=?UTF-8?Q?jos=C3=A9@xn--espaa-rta.example?=',
  ])
    assert.equal(isStray(to, { email }), false, to);
});
