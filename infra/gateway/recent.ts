import { createHash } from 'node:crypto';
import type { Order } from '../../functions/orders/records.ts';

/** An order and its id take about 250 bytes here. */
const most = 50_000;

/** What an idempotency key names: the delivery that the customer was told (ms since 1970), and what was asked for. */
export type Named = Readonly<{ estimatedAt: number; contents: string }>;

/** What the caller chose of an order, and the gateway did not, as a digest. */
export function named({ orderId: _id, placedAt: _at, traceId: _trace, estimatedAt, ...asked }: Order): Named {
  const sorted = Object.entries(asked).sort(([a], [b]) => (a < b ? -1 : 1));
  return { estimatedAt, contents: createHash('sha256').update(JSON.stringify(sorted)).digest('base64') };
}

/** The orders last placed with an idempotency key, by their ids. The others, Redis knows. */
export class RecentOrders {
  readonly #orders = new Map<string, Named>();

  add(order: Order): void {
    this.#orders.set(order.orderId, named(order));
    if (this.#orders.size <= most) return;
    // A map keeps the order of insertion: the first key is the oldest.
    for (const oldest of this.#orders.keys()) {
      this.#orders.delete(oldest);
      break;
    }
  }

  find = (orderId: string): Named | undefined => this.#orders.get(orderId);
}
