/** One of those who call, and how much of the gateway it has used. */
import type { Order } from '../../functions/orders/records.ts';
import type { Clock } from '../clock.ts';
import { Recipients } from './recipients.ts';
import { Refusal } from './refusal.ts';

/**
 * `place` orders and cancel one's own; `read` one's own; `operate` on anybody's; `load` may name a run and its clock, is held
 * to no rate and no number, and may ask what can be called.
 */
export const roles = ['place', 'read', 'operate', 'load'] as const;
export type Role = (typeof roles)[number];

/** Streams of orders that one caller may have open. */
const mostStreams = 8;

type Share = Readonly<{ perSecond: number; perRecipient: number; connections: number }>;
export const endless: Share = {
  perSecond: Number.POSITIVE_INFINITY,
  perRecipient: Number.POSITIVE_INFINITY,
  connections: Number.POSITIVE_INFINITY,
};

/** One of those who may call. An order that nobody owns has been placed where nobody has a name: on this machine. */
export class Caller {
  /** Empty for whoever calls where no names are given. */
  readonly name: string;
  #roles: ReadonlySet<Role> = new Set();
  #rate = 0;
  #mostToOne = 0;
  readonly #recipients = new Recipients();
  #left = Number.POSITIVE_INFINITY;
  #at = 0;
  #streams = 0;
  #mostConnections = 0;
  #connections = 0;

  /**
   * `perSecond` orders, of which as many may come at once, `perRecipient` in an hour for one e-mail
   * address, over so many connections at once.
   */
  constructor(name: string, given: readonly Role[], share: Share) {
    this.name = name;
    this.renew(given, share);
  }

  /** What it may from now on; what it has used of that stays counted. */
  renew(given: readonly Role[], { perSecond, perRecipient, connections }: Share): void {
    this.#roles = new Set(given);
    const isBound = !this.may('load');
    this.#rate = isBound ? perSecond : Number.POSITIVE_INFINITY;
    this.#left = isBound ? Math.min(this.#left, Math.max(this.#rate, 1)) : Number.POSITIVE_INFINITY;
    this.#mostToOne = isBound ? perRecipient : Number.POSITIVE_INFINITY;
    this.#mostConnections = isBound ? connections : Number.POSITIVE_INFINITY;
  }

  may(role: Role): boolean {
    return this.#roles.has(role);
  }

  /** Whether an order is this caller's to see. */
  owns(owner = ''): boolean {
    return owner === this.name || this.may('operate');
  }

  /** @throws Refusal RESOURCE_EXHAUSTED when it places more than its share */
  place(clock: Clock): void {
    const now = clock.monotonic();
    if (this.#rate !== Number.POSITIVE_INFINITY) {
      this.#left = Math.min(Math.max(this.#rate, 1), this.#left + ((now - this.#at) / 1000) * this.#rate);
      this.#at = now;
    }
    if (this.#left < 1) throw new Refusal('full', `you may place ${this.#rate} orders a second`);
    this.#left--;
  }

  /**
   * Before an order that has the shop write to somebody.
   * @returns what gives that share back
   * @throws Refusal RESOURCE_EXHAUSTED when it is more than its share
   */
  writeTo({ email, orderId }: Pick<Order, 'email' | 'orderId'>, clock: Clock): () => void {
    const giveBack = this.#recipients.take(email, orderId, this.#mostToOne, clock);
    if (giveBack) return giveBack;
    throw new Refusal('enough', `you may place ${this.#mostToOne} orders an hour for one e-mail address`);
  }

  /** @returns false when it has too many open; for each other, `closeStream` is called when it is over */
  openStream(): boolean {
    if (this.name && this.#streams >= mostStreams) return false;
    this.#streams++;
    return true;
  }

  closeStream(): void {
    this.#streams--;
  }

  /** @returns false when it has too many open; for each other, `closeConnection` is called when it is over */
  openConnection(): boolean {
    if (this.#connections >= this.#mostConnections) return false;
    this.#connections++;
    return true;
  }

  closeConnection(): void {
    this.#connections--;
  }
}
