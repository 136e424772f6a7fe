import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decide, decidePlaced } from '../../functions/orders/decide.ts';
import { rulesOf } from '../../functions/orders/decideAll.ts';
import { checkHistory } from '../../functions/orders/history.ts';
import { isFinal } from '../../functions/orders/lifecycle.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import type { Step } from '../../functions/orders/records.ts';
import { OrdersFromLog } from './ordersFromLog.ts';

const order = sampleOrder();
const wait = { low: 1, high: 3 };
const lag = 20;

/** An order that goes its way, with each step some ms after it was due; cancelled instead of its step of that version. */
function lived(seed: number, cancelAt: number): Step[] {
  const rules = rulesOf({ waits: [wait, wait, wait, wait], setback: 0.6, seed });
  const history: Step[] = [];
  for (let now = order.placedAt + lag; !isFinal(history.at(-1)?.to ?? 'processing'); ) {
    const { version = 0, next, to } = history.at(-1) ?? {};
    const situation = { order, history: [...history], rules, now, producedAt: now - 1 };
    const cancels = version + 1 === cancelAt && (to === 'processing' || to === 'preparing');
    const due = next && { at: next.at, firedAt: next.at + 1 };
    const decision = !next
      ? decidePlaced(situation)
      : cancels
        ? decide(situation, 'cancel', { orderId: order.orderId })
        : decide(situation, next.command, { orderId: order.orderId, version, due });
    assert.ok(decision.kind === 'advance');
    history.push(decision.step);
    now = (decision.step.next?.at ?? now) + lag;
  }
  return history;
}

/** Its way: what is told of it to others, but for moments. */
const wayOf = (history: readonly Step[]) =>
  history.map(({ version, command, from, to }) => [version, command, from, to]);

test('whichever events have not come into the log before later ones, the order goes on as if they had', () => {
  fc.assert(
    fc.property(
      fc.nat(),
      fc.nat(12),
      fc.array(fc.boolean(), { minLength: 10, maxLength: 10 }),
      (seed, cancelAt, missing) => {
        const whole = lived(seed, cancelAt);
        const there = whole.filter((_, index) => index === whole.length - 1 || !missing[index % missing.length]);
        fc.pre(whole.length <= 10);
        const log = new OrdersFromLog(new Set([order.orderId]));
        log.take({ topic: 'orders.placed', value: JSON.stringify(order) });
        for (const step of there) {
          log.take({ topic: 'orders.events', value: JSON.stringify({ orderId: order.orderId, ...step }) });
        }
        const { orders, faults } = log.told();
        assert.deepEqual(faults, []);
        const [told] = orders;
        assert.deepEqual(wayOf(told?.history ?? []), wayOf(whole));
        assert.deepEqual(checkHistory(told?.history ?? []), []);
        for (const [index, step] of whole.entries()) {
          const restored = told?.history[index];
          if (there.includes(step)) assert.deepEqual(restored, step);
          // What armed a step that is told is known to the millisecond.
          else if (there.includes(whole[index + 1] ?? step) && whole[index + 1]?.due)
            assert.deepEqual(restored?.next, step.next);
        }
      },
    ),
  );
});
