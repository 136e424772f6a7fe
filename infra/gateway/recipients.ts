/** How often one caller may have the shop write to one person. */
import { spelling } from '../../functions/text.ts';
import { digest } from '../access/secrets.ts';
import type { Clock } from '../clock.ts';

const nothing = () => undefined;
const hour = 3_600_000;
/** Orders of one caller that are remembered of an hour, unless given: some 40 MB. After so many others, the first is forgotten. */
const mostOrders = 200_000;

type Counted = Readonly<{ person: string; at: number }>;

/** Counts the orders of the last hour for each person, however the address is spelt. An order that comes again counts once. */
export class Recipients {
  readonly #remembered: number;
  /** By their ids, the oldest first. */
  readonly #orders = new Map<string, Counted>();
  readonly #counts = new Map<string, number>();

  /** @param remembered orders */
  constructor(remembered = mostOrders) {
    this.#remembered = remembered;
  }

  /**
   * @param most orders an hour for one person
   * @returns what takes the order out again, if it has not been stored; undefined when the person has had that share
   */
  take(email: string, orderId: string, most: number, clock: Clock): (() => void) | undefined {
    // That another call with its key is refused does not say that the order has not been stored before.
    if (most === Number.POSITIVE_INFINITY || this.#orders.has(orderId)) return nothing;
    const at = clock.monotonic();
    for (const [id, counted] of this.#orders) {
      if (at - counted.at < hour) break;
      this.#forget(id);
    }
    const person = personOf(email);
    const count = this.#counts.get(person) ?? 0;
    if (count >= most) return undefined;
    this.#counts.set(person, count + 1);
    this.#orders.set(orderId, { person, at });
    if (this.#orders.size > this.#remembered) this.#forget(this.#orders.keys().next().value ?? '');
    return () => this.#forget(orderId);
  }

  #forget(orderId: string): void {
    const counted = this.#orders.get(orderId);
    if (!counted) return;
    this.#orders.delete(orderId);
    const left = (this.#counts.get(counted.person) ?? 0) - 1;
    if (left > 0) this.#counts.set(counted.person, left);
    else this.#counts.delete(counted.person);
  }
}

/** As long for a long address as for a short one. What follows a `+` before the @ is for the person's own sorting of letters. */
function personOf(email: string): string {
  const address = spelling(email).replace(/(?<=.)\+[^@]*(?=@)/, '');
  return digest(address).toString('base64url', 0, 16);
}
