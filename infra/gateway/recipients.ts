/** How often one caller may have the shop write to one person. */
import { spelling } from '../../functions/text.ts';
import type { Clock } from '../clock.ts';

const hour = 3_600_000;
/** Addresses that are remembered of an hour, unless given: some 20 MB. After so many others, the first is new again. */
const mostAddresses = 200_000;

/** Counts the orders of each e-mail address, however it is spelt, hour by hour. */
export class Recipients {
  readonly #most: number;
  readonly #remembered: number;
  readonly #orders = new Map<string, number>();
  #since = Number.NEGATIVE_INFINITY;

  /** @param most orders an hour for one address @param remembered addresses */
  constructor(most: number, remembered = mostAddresses) {
    this.#most = most;
    this.#remembered = remembered;
  }

  /** @returns false when the address has had its share of this hour */
  take(email: string, clock: Clock): boolean {
    if (this.#most === Number.POSITIVE_INFINITY) return true;
    const now = clock.monotonic();
    if (now - this.#since >= hour) {
      this.#orders.clear();
      this.#since = now;
    }
    const address = spelling(email);
    const count = this.#orders.get(address) ?? 0;
    if (count >= this.#most) return false;
    this.#orders.set(address, count + 1);
    if (this.#orders.size > this.#remembered) this.#orders.delete(this.#orders.keys().next().value ?? '');
    return true;
  }
}
