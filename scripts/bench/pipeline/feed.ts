import { once } from 'node:events';
import { type Histogram, build as newHistogram } from 'hdr-histogram-js';
import { systemClock } from '../../../infra/clock.ts';
import type { OrderServiceClient, PlaceOrdersResponse } from '../../../proto/gen/despacho/orders/v1/orders.ts';
import { syntheticOrder } from '../../load/payloads.ts';

/** `startedAt` in ms since 1970; `latency` in ms, of each order from its sending to its answer. */
type Fed = Readonly<{ startedAt: number; refused: number; latency: Histogram }>;

/** Unanswered orders at most: what a client that respects flow control would keep open. */
const mostOpen = 4000;
const tickMilliseconds = 5;

/**
 * Places orders on one stream: as fast as they are answered, or `perSecond` by the clock, whatever the answers do.
 * Each is another order, with a key of its own, as a client's that may have to repeat it.
 * @param run marks them
 */
export async function feed(client: OrderServiceClient, run: string, orders: number, perSecond?: number): Promise<Fed> {
  const call = client.placeOrders();
  const sentAt = new Float64Array(orders);
  const latency = newHistogram();
  let [sent, answered, refused] = [0, 0, 0];
  const startedAt = systemClock.now();
  const send = (until: number) => {
    while (sent < Math.min(until, orders) && sent - answered < mostOpen) {
      const reference = sent++;
      sentAt[reference] = systemClock.now();
      call.write({
        reference,
        order: {
          details: syntheticOrder(1, reference),
          idempotencyKey: `${run}-${reference}`,
          run: { id: run, distribution: '', clock: 1 },
        },
      });
    }
  };
  const timer =
    perSecond === undefined
      ? undefined
      : systemClock.every(tickMilliseconds, () => send(((systemClock.now() - startedAt) / 1000) * perSecond));
  call.on('data', ({ reference, error }: PlaceOrdersResponse) => {
    answered++;
    latency.recordValue(Math.max(0, systemClock.now() - (sentAt[reference] ?? 0)));
    if (error) refused++;
    if (!perSecond) send(orders);
    if (answered === orders) call.end();
  });
  if (!perSecond) send(orders);
  await once(call, 'end');
  timer?.cancel();
  return { startedAt, refused, latency };
}
