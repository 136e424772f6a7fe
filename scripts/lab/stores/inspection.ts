/** The lab's view into a store: what it really holds, on what terms, and how much room it takes. */
import type { Language } from '../../../functions/orders/lifecycle.ts';

/** `at` in ms since 1970. */
export type Row = Readonly<{ id: string; text: string; at: number }>;

/** One text for a row, for fingerprints. JSON keeps ("a", "b,c") and ("a,b", "c") apart. */
export const rowText = ({ id, text, at }: Row): string => JSON.stringify([id, text, at]);

/** What a store promises about what it has acknowledged, in a sentence for each language, as read from the store. */
export type Promised = Readonly<Record<Language, string>>;

/** One store, through connections of its own. `close` also puts back the settings that `renew` has changed in it. */
export interface Inspection {
  /** Forgets all messages, and makes the store keep its promises as the settings say, where that is ours to do. */
  renew(): Promise<void>;
  /** Every row, some thousands at a time. */
  rows(): AsyncIterable<readonly Row[]>;
  promised(): Promise<Promised>;
  /** Bytes on disk, of what the table of targets says (`room`). */
  bytes(): Promise<number>;
  close(): Promise<void>;
}
