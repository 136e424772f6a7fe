import type { Order } from '../../functions/orders/records.ts';

/** An order and its id take about 150 bytes here. */
const most = 50_000;

/**
 * The orders last placed with an idempotency key. A repeat that comes after its order was forgotten (or to another
 * gateway) is harmless too: the first function sees that the order is there already.
 */
export class RecentOrders {
  readonly #estimates = new Map<string, number>();

  add({ orderId, estimatedAt }: Order): void {
    this.#estimates.set(orderId, estimatedAt);
    if (this.#estimates.size <= most) return;
    // A map keeps the order of insertion: the first key is the oldest.
    for (const oldest of this.#estimates.keys()) {
      this.#estimates.delete(oldest);
      break;
    }
  }

  /** The delivery that the customer was told (ms since 1970). */
  estimate(orderId: string): number | undefined {
    return this.#estimates.get(orderId);
  }
}
