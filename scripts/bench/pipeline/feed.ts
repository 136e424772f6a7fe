import { once } from 'node:events';
import { systemClock } from '../../../infra/clock.ts';
import type { OrderServiceClient, PlaceOrdersResponse } from '../../../proto/gen/despacho/orders/v1/orders.ts';
import { syntheticOrder } from '../../load/payloads.ts';

export type Fed = Readonly<{ startedAt: number; seconds: number; sent: number; refused: number }>;

/** Unanswered orders at most: what a client that respects flow control would keep open. */
const mostOpen = 4000;
const tickMilliseconds = 5;

/**
 * Places orders on one stream: as fast as they are answered, or `perSecond` by the clock, whatever the answers do.
 * @param run marks them
 */
export async function feed(client: OrderServiceClient, run: string, orders: number, perSecond?: number): Promise<Fed> {
  const call = client.placeOrders();
  const pool = Array.from({ length: 500 }, (_, number) => syntheticOrder(1, number));
  let [sent, answered, refused] = [0, 0, 0];
  const startedAt = systemClock.now();
  const send = (until: number) => {
    while (sent < Math.min(until, orders) && sent - answered < mostOpen) {
      const details = pool[sent % pool.length];
      call.write({
        reference: sent++,
        order: { details, idempotencyKey: '', run: { id: run, distribution: '', clock: 1 } },
      });
    }
  };
  const timer =
    perSecond === undefined
      ? undefined
      : systemClock.every(tickMilliseconds, () => send(((systemClock.now() - startedAt) / 1000) * perSecond));
  call.on('data', ({ error }: PlaceOrdersResponse) => {
    answered++;
    if (error) refused++;
    if (!perSecond) send(orders);
    if (answered === orders) call.end();
  });
  if (!perSecond) send(orders);
  await once(call, 'end');
  timer?.cancel();
  return { startedAt, seconds: (systemClock.now() - startedAt) / 1000, sent, refused };
}
