import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Command } from '../../functions/orders/lifecycle.ts';
import { stepId } from '../../functions/orders/records.ts';
import type { OffenceKind } from './offences.ts';
import { type Case, found, judged, offences, only, orderId, type Traces, wholeWay } from './traces.fixture.ts';

for (const [title, expected, harm] of offences) {
  test(`${title}: ${expected.join() || 'no offence'}`, () => assert.deepEqual(found(harm), expected));
}

const halfWay: readonly Case[] = [
  [
    'an order that waits for its moment',
    [],
    ({ alive, due }) => {
      alive.add(orderId);
      due.set(orderId, 1_000_500);
    },
  ],
  [
    'an order that has been overdue for long, its timers dead',
    ['overdue order'],
    ({ alive, due }) => {
      alive.add(orderId);
      due.set(orderId, 4000);
    },
  ],
  ['an order whose next step lies among the dead letters', [], ({ dead }) => void dead.set(orderId, new Set(['ship']))],
  [
    'an order that only another command of lies there: lost',
    ['lost order'],
    ({ dead }) => void dead.set(orderId, new Set(['cancel'])),
  ],
];
for (const [title, expected, harm] of halfWay) {
  test(`${title}: ${expected.join() || 'no offence'}`, () =>
    assert.deepEqual(found(harm, ['process', 'prepare']), expected));
}

const ways: readonly (readonly [title: string, expected: OffenceKind[], commands: readonly Command[]])[] = [
  ['an order that was accepted and never moved', ['lost order'], []],
  ['an order that stopped half-way', ['lost order'], ['process', 'prepare', 'ship']],
  ['an order that was cancelled', [], ['process', 'cancel']],
  [
    'a cancelled order that was shipped',
    ['illegal history'],
    ['process', 'prepare', 'cancel', 'ship', 'deliver', 'complete'],
  ],
  [
    'an order that was cancelled when it had been shipped',
    ['illegal history'],
    ['process', 'prepare', 'ship', 'cancel'],
  ],
  ['a state that was left out', ['illegal history'], ['process', 'ship', 'deliver', 'complete']],
  ['an order that was completed twice', ['illegal history'], [...wholeWay, 'complete']],
  ['an order that nothing began', ['illegal history'], wholeWay.slice(1)],
];
for (const [title, expected, commands] of ways) {
  // What is armed in between is another case's.
  const unarmed = ({ steps, told }: Traces) => {
    for (const step of [...steps, ...told]) delete step.next;
  };
  test(`${title}: ${expected.join() || 'no offence'}`, () => assert.deepEqual(found(unarmed, commands), expected));
}

test('25 planted offences at least are each found', () => {
  const planted = [...offences, ...halfWay, ...ways].filter(([, expected]) => expected.length > 0);
  assert.ok(planted.length >= 25, `${planted.length}`);
});

test('what is still on its way is told by part, with since when', () => {
  const { waiting } = judged(
    ({ alive, letters, unsent, documents, unwritten }) => {
      alive.add(orderId);
      for (const version of [1, 2]) {
        letters.delete(stepId(orderId, version));
        unsent.add(stepId(orderId, version));
      }
      documents.delete(only);
      unwritten.add(only);
      unsent.add(stepId('00000000-0000-4000-8000-000000000002', 1));
    },
    ['process', 'prepare'],
  );
  assert.deepEqual(waiting, {
    orders: { count: 1, since: 3000 },
    emails: { count: 2, since: 2000 },
    documents: { count: 1, since: 3000 },
  });
});
