import assert from 'node:assert/strict';
import { test } from 'node:test';
import { assertExact } from './exact.ts';

const asked = { orders: 2, email: true, metrics: true, refused: 0 };
const clean = { finished: 2, transitions: 10, letters: 10, documents: 10, unseen: {}, offences: [] };
const offence = { kind: 'double transition', orderId: 'x', about: 'version 2' } as const;

test('a row counts when every order, e-mail and document arrived', () => assertExact(asked, clean));

for (const [what, verdict, words] of [
  ['an offence', { offences: [offence] }, /double transition: order x, version 2/],
  ['an order that did not finish', { finished: 1, inFlight: 1 }, /1 of 2 orders finished/],
  ['an e-mail that did not arrive', { letters: 9 }, /9 e-mails of 10/],
  ['a document that did not arrive', { documents: 9 }, /9 documents of 10/],
  ['an inbox that was not looked into', { unseen: { emails: 'no inbox' } }, /not looked at: emails: no inbox/],
] as const)
  test(`a row with ${what} does not count`, () => {
    assert.throws(() => assertExact(asked, { ...clean, ...verdict }), words);
  });

test('a row with a refused order does not count', () => {
  assert.throws(() => assertExact({ ...asked, refused: 1 }, clean), /1 orders were refused/);
});

test('e-mails and documents that nobody asked for are not missed', () => {
  assertExact({ ...asked, email: false, metrics: false }, { ...clean, letters: 0, documents: 0 });
});
