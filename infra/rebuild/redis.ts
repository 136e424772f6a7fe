import type { Sent } from '../../functions/notifications/ports.ts';
import { redisSent } from '../../functions/notifications/sent.redis.ts';
import { bullmqAlarms } from '../../functions/orders/alarms.bullmq.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import type { Orders } from '../../functions/orders/ports.ts';
import type { Step } from '../../functions/orders/records.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { readOrders, type Told, type ToldOrder } from './ordersFromLog.ts';

const chunkSize = 500;

/** Whether an order is to be restored of which Redis knows so many of its steps. */
type Wanted = (history: readonly Step[], known: number) => boolean;

/** `restored`: orders that Redis was given; `there`: those that it knew already. */
export type RebuiltRedis = Readonly<{ restored: number; there: number }> & Omit<Told, 'orders'>;

/**
 * Restores states, due times, timers and the marks of sent e-mails from Kafka. The system may run meanwhile: an order
 * that has moved on is left as it is.
 * @param wanted which of the orders that Redis lacks; all unless given
 */
export async function rebuildRedis(settings: Settings, wanted: Wanted = () => true): Promise<RebuiltRedis> {
  const { orders: told, ...rest } = await readOrders(settings);
  const redis = connectRedis(settings);
  const alarms = bullmqAlarms(settings);
  const [orders, sent] = [redisOrders(redis, settings), redisSent(redis, settings)];
  let restored = 0;
  try {
    for (let first = 0; first < told.length; first += chunkSize) {
      const chunk = told.slice(first, first + chunkSize);
      const { written, slots } = await restore(chunk, orders, wanted);
      restored += written;
      await alarms.set(slots);
      await mark(chunk, sent);
    }
  } finally {
    await Promise.all([redis.quit(), alarms.close()]);
  }
  return { restored, there: told.length - restored, ...rest };
}

async function restore(
  chunk: readonly ToldOrder[],
  orders: Orders,
  wanted: Wanted,
): Promise<{ written: number; slots: number[] }> {
  const known = await orders.load(chunk.map(({ order }) => order.orderId));
  const behind = chunk.flatMap(({ order, history }, index) => {
    const steps = known[index]?.history.length ?? 0;
    return history.length > steps && wanted(history, steps) ? [{ order, known: steps, history }] : [];
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
