import type { Sent } from '../../functions/notifications/ports.ts';
import type { Orders } from '../../functions/orders/ports.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../clock.ts';
import { forgottenOrders } from '../forget/forgotten.kafka.ts';
import { isKept } from './isKept.ts';
import type { Kept } from './kept.ts';
import { readOrders, type Told, type ToldOrder } from './ordersFromLog.ts';

const chunkSize = 500;

/** Whether an order is to be restored of which Redis knows so many of its steps. */
type Wanted = (told: ToldOrder, known: number) => boolean;

/** `restored`: orders that Redis was given; `there`: those that it knew already, or is not to have any more. */
export type RebuiltRedis = Readonly<{ restored: number; there: number }> & Omit<Told, 'orders'>;

/**
 * Restores states, due times, timers and the marks of sent e-mails from Kafka. The system may run meanwhile: an order
 * that has moved on is left as it is. Orders that have ended are restored where Redis would still have them: else a record of
 * theirs that comes again would begin them again. What was forgotten stays so.
 */
export async function rebuildRedis(settings: Settings, { orders, sent, alarms }: Kept): Promise<RebuiltRedis> {
  const { orders: told, ...rest } = await readOrders(settings);
  const forgotten = await forgottenOrders(settings);
  const wanted: Wanted = ({ order, history }, known) => {
    const last = history.at(-1);
    return last !== undefined && isKept({ orderId: order.orderId, last, known }, settings, forgotten, systemClock);
  };
  let restored = 0;
  for (let first = 0; first < told.length; first += chunkSize) {
    const chunk = told.slice(first, first + chunkSize);
    const { written, slots } = await restore(chunk, orders, wanted);
    restored += written;
    await alarms.set(slots);
    await mark(chunk, sent);
  }
  return { restored, there: told.length - restored, ...rest };
}

async function restore(
  chunk: readonly ToldOrder[],
  orders: Orders,
  wanted: Wanted,
): Promise<{ written: number; slots: number[] }> {
  const known = await orders.load(chunk.map(({ order }) => order.orderId));
  const behind = chunk.flatMap((told, index) => {
    const { order, history } = told;
    const steps = known[index]?.history.length ?? 0;
    return history.length > steps && wanted(told, steps) ? [{ order, known: steps, history }] : [];
  });
  const { written, slots } = await orders.advance(behind);
  return { written: written.filter(Boolean).length, slots };
}

async function mark(chunk: readonly ToldOrder[], sent: Sent): Promise<void> {
  const steps = chunk.flatMap(({ order: { orderId }, mailed }) =>
    [...mailed].map(([version, at]) => ({ orderId, version, at })),
  );
  const marks = await sent.check(steps);
  await Promise.all(steps.flatMap((step, index) => (marks[index] === undefined ? [sent.mark(step, step.at)] : [])));
}
