/** How many days the inbox keeps a letter: told to whoever starts it, and by them to the inbox. */
import { Mistake } from './faults.ts';

/** Unless DESPACHO_KEEP_LETTERS says otherwise. */
export const usualDays = 30;

/** @throws Mistake for what is no number of days: letters would be removed at once, or never */
export function readDays(text: string): number {
  const days = Number(text);
  if (days > 0 && days <= 3650) return days;
  throw new Mistake(
    'setting',
    `DESPACHO_KEEP_LETTERS is "${text}", not a number of days. Set it to one above 0 and up to 3650.`,
  );
}
