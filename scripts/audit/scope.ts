/** Which orders an audit looks at, and which of them at a time. */
import type { Order } from '../../functions/orders/records.ts';

/** Which orders are looked at; without anything, every one. */
export type Scope = Readonly<{
  /** The load run's id. */
  run?: string | undefined;
  /** Only orders that came into the log at or after this moment (ms since 1970). */
  since?: number | undefined;
  /** Only orders that came into the log before this moment (ms since 1970). */
  until?: number | undefined;
  /** Ids of orders whose callers were told that they are stored. */
  acknowledged?: readonly string[] | undefined;
}>;

/** Every order of the system is judged: what tells of another one tells of one that nobody placed. */
export const isWhole = ({ run, since, until }: Scope): boolean => [run, since, until].every((one) => one === undefined);

/** One of equal parts that all orders are in, by the beginning of their ids. */
export type Share = Readonly<{ index: number; of: number }>;

/** Hexadecimal digits of an id that are drawn by chance alone; what is no such id is in the first share. */
const digits = 6;

export const isIn = ({ index, of }: Share, orderId: string): boolean => {
  if (of === 1) return true;
  const drawn = Number.parseInt(orderId.slice(0, digits), 16) / 16 ** digits;
  return (Number.isNaN(drawn) ? 0 : Math.floor(drawn * of)) === index;
};

/** @param at when the order came into the log (ms since 1970) */
export const isWanted = ({ run, since = 0, until = Infinity }: Scope, order: Order, at: number): boolean =>
  (run === undefined || order.run === run) && at >= since && at < until;
