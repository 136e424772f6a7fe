/**
 * What the functions need from the world, in their own words. Each port has one adapter per engine,
 * named `<port>.<engine>.ts`. All work on whole batches: one round trip per call, never one per record.
 */
import type { Command } from '../orders/lifecycle.ts';
import type { Order, Progress, Step } from '../orders/records.ts';

/** Milliseconds since 1970. */
export type Clock = () => number;

/** New steps of one order, to be written if its history still has `known` steps. */
export type Advance = Readonly<{ order: Order; known: number; history: readonly Step[] }>;

/** The state of the orders, and the due times of their next steps. */
export interface Orders {
  /** What is known of each order, in the order of the ids; undefined where nothing is. */
  load(orderIds: readonly string[]): Promise<(Progress | undefined)[]>;
  /**
   * Writes each advance, and the due time of its last step's `next`, in one atomic step for the batch.
   * `written`: for each advance, false where the history was no longer `known` long and nothing was changed.
   * `slots`: the time slots (`slots.ts`) that need an alarm: new ones, and those that are open already.
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

export type LogRecord = Readonly<{
  topic: string;
  key: string | Buffer;
  value: string | Buffer;
  headers?: Readonly<Record<string, string>>;
}>;

/** The log that everything else can be rebuilt from. Topics are named without the namespace. */
export interface Log {
  /** Resolves when all in-sync replicas have every record. */
  publish(records: readonly LogRecord[]): Promise<void>;
}

export type Document = Readonly<{ index: string; id: string; body: Readonly<Record<string, unknown>> }>;

/** Where metric documents go. A document whose id is there already counts as written. */
export interface Documents {
  /**
   * @returns the documents that can never be written, each with the reason
   * @throws when the store is away; some of the documents may have been written
   */
  create(documents: readonly Document[]): Promise<{ document: Document; reason: string }[]>;
}

export type Letter = Readonly<{
  messageId: string;
  to: string;
  subject: string;
  text: string;
  html: string;
  headers: Readonly<Record<string, string>>;
}>;

/** Hands one e-mail to the mail server. */
export interface Post {
  send(letter: Letter): Promise<void>;
}

/** Which steps' e-mails the mail server has taken, and when (ms since 1970). */
export interface Sent {
  check(steps: readonly StepName[]): Promise<(number | undefined)[]>;
  mark(step: StepName, at: number): Promise<void>;
}

export type StepName = Readonly<{ orderId: string; version: number }>;

/** How many orders came in lately. */
export interface Tally {
  /** Adds `orders` that came in at `now` (ms since 1970). @returns the orders of the last 60 s */
  count(orders: number, now: number): Promise<number>;
}
