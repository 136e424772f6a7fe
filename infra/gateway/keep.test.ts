import assert from 'node:assert/strict';
import { test } from 'node:test';
import { status } from '@grpc/grpc-js';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import { systemClock } from '../clock.ts';
import { Caller } from './caller.ts';
import { keep } from './keep.ts';
import { Refusal } from './refusal.ts';

const patient = { cancelled: false, getDeadline: () => Number.POSITIVE_INFINITY };

/** A caller with a share of two, and an intake that answers as it is told. */
function shop() {
  const caller = new Caller('shop', ['place'], { perSecond: 100, perRecipient: 2, connections: 1 });
  let refusal: Refusal | undefined;
  const intake = { put: () => (refusal ? Promise.reject(refusal) : Promise.resolve()) };
  return {
    answers(given?: Refusal) {
      refusal = given;
    },
    keep: (orderId: string) => keep(caller, { ...sampleOrder(), orderId }, patient, { intake, clock: systemClock }),
  };
}

const spent = { code: status.RESOURCE_EXHAUSTED, mayRepeat: false };

for (const reason of ['away', 'full'] as const) {
  test(`an order that was not stored (${reason}) costs nothing of the recipient's share, however often it is repeated`, async () => {
    const { answers, keep } = shop();
    answers(new Refusal(reason, 'not now'));
    for (let repeat = 0; repeat < 5; repeat++) await assert.rejects(keep('a'), { message: /^not now/ });
    answers();
    await keep('a');
    await keep('b');
    await assert.rejects(keep('c'), spent);
  });
}

test('an order that Kafka may store yet counts, once, also when its repeat is refused', async () => {
  const { answers, keep } = shop();
  for (const reason of ['unsure', 'unsure', 'away'] as const) {
    answers(new Refusal(reason, 'not now'));
    await assert.rejects(keep('a'), { message: /^not now/ });
  }
  answers();
  await keep('b');
  await assert.rejects(keep('c'), spent);
});
