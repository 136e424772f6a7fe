import { isFinal, type State, stateNames, transition } from '../../functions/orders/lifecycle.ts';
import type { Due } from '../../functions/orders/ports.ts';
import type { Event } from '../../functions/orders/records.ts';
import { tableOf } from '../namesOf.ts';

type Known = { version: number; state: State; at?: number; dueAt?: number };

/** Finished orders that are remembered, at most twice as many, so that an event told again does not revive one. */
const mostFinished = 50_000;

/**
 * Which state every order is in. Holds only the orders that are under way, so that its memory follows the load
 * and not the history.
 */
export class Whereabouts {
  #orders = new Map<string, Known>();
  #finished = new Set<string>();
  #finishedBefore = new Set<string>();
  readonly #counts = tableOf(stateNames, () => 0);

  /** Forgets who is where, and begins with what the due times tell: each order that waits is in the state its command leaves. */
  restart(due: Iterable<Due>): void {
    this.#orders = new Map();
    for (const state of stateNames) if (!isFinal(state)) this.#counts[state] = 0;
    for (const { orderId, version, command, at } of due) {
      const [state] = transition(command).from;
      if (!state) continue;
      this.#orders.set(orderId, { version, state, dueAt: at });
      this.#counts[state]++;
    }
  }

  /**
   * An event of the log, in whatever order it comes.
   * @returns undefined for one that is known already, else the ms since the step before it, where that is known
   */
  move({ orderId, version, to, at, next }: Event): { latency?: number } | undefined {
    const known = this.#orders.get(orderId);
    if (known ? version <= known.version : this.#isFinished(orderId)) return undefined;
    if (known) this.#counts[known.state]--;
    this.#counts[to]++;
    if (isFinal(to)) this.#finish(orderId);
    else this.#orders.set(orderId, { version, state: to, at, ...(next && { dueAt: next.at }) });
    return known?.at === undefined || known.version + 1 !== version ? {} : { latency: at - known.at };
  }

  #isFinished = (orderId: string): boolean => this.#finished.has(orderId) || this.#finishedBefore.has(orderId);

  #finish(orderId: string): void {
    this.#orders.delete(orderId);
    this.#finished.add(orderId);
    if (this.#finished.size < mostFinished) return;
    this.#finishedBefore = this.#finished;
    this.#finished = new Set();
  }

  counts(): Record<State, number> {
    return { ...this.#counts };
  }

  /** How many orders wait for a moment, and for one in each of the next `seconds`; what is overdue counts as the first. */
  due(now: number, seconds: number): { armed: number; due: number[] } {
    const due = new Array<number>(seconds).fill(0);
    let armed = 0;
    for (const { dueAt } of this.#orders.values()) {
      if (dueAt === undefined) continue;
      armed++;
      const second = Math.max(0, Math.floor((dueAt - now) / 1000));
      if (second < seconds) due[second] = (due[second] ?? 0) + 1;
    }
    return { armed, due };
  }
}
