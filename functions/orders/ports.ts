/** What the transitions need from the world beside what every function does. */
import type { Command } from './lifecycle.ts';
import type { Order, Progress, Step } from './records.ts';

/** New steps of one order, to be written if its history still has `known` steps. */
export type Advance = Readonly<{ order: Order; known: number; history: readonly Step[] }>;

/** The state of the orders, and the due times of their next steps. */
export interface Orders {
  /** What is known of each order, in the order of the ids; undefined where nothing is. */
  load(orderIds: readonly string[]): Promise<(Progress | undefined)[]>;
  /**
   * Writes each advance, and the due time of its last step's `next`, in one atomic step for the batch.
   * `written`: for each advance, false where the history was no longer `known` long and nothing was changed.
   * `slots`: the time slots (`timerSlots.ts`) that need an alarm: new ones, and those that are open already.
   */
  advance(advances: readonly Advance[]): Promise<{ written: boolean[]; slots: number[] }>;
  /** Writes the due times of these orders' last steps again, and names their slots. */
  remind(orders: readonly Progress[]): Promise<number[]>;
}

/** One command that is due, as stored with the state that armed it; `at` in ms since 1970. */
export type Due = Readonly<{ orderId: string; version: number; command: Command; at: number }>;

/** The due times, as the timer worker reads them. */
export interface DueTimes {
  /** The slots that hold something, up to `until` (ms since 1970), at most `most`, oldest first. */
  slots(until: number, most: number): Promise<number[]>;
  /** Every command of these slots. */
  read(slots: readonly number[]): Promise<{ slot: number; due: Due[] }[]>;
  /** Forgets these commands, and each slot that is empty then. */
  done(slots: readonly { slot: number; due: readonly Due[] }[]): Promise<void>;
}

/** Wakes the timer worker. Losing an alarm delays, and never loses, what is due. */
export interface Alarms {
  /** Sets an alarm for each slot, which rings when the slot opens; at once where that is over. */
  set(slots: readonly number[]): Promise<void>;
}

/** How many orders came in lately. */
export interface Tally {
  /** Adds `orders` that came in at `now` (ms since 1970). @returns the orders of the last 60 s */
  count(orders: number, now: number): Promise<number>;
}
