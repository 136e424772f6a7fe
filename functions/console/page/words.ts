/** The words of the language that is chosen, and how it writes numbers and times. */
import { type Language, languages } from '../../orders/lifecycle.ts';
import { dashboardsWords } from './dashboardsWords.ts';
import { frameWords } from './frameWords.ts';
import { kafkaWords } from './kafkaWords.ts';
import { labWords } from './labWords.ts';
import { liveWords } from './liveWords.ts';
import { orderWords } from './orderWords.ts';
import type { Side, WordTable } from './wordTable.ts';

const side = (table: WordTable, index: number): object =>
  Object.fromEntries(
    Object.entries(table).map(([name, words]) => [name, isTexts(words) ? words[index] : side(words, index)]),
  );
const isTexts = (words: WordTable[string]): words is Exclude<WordTable[string], WordTable> => Array.isArray(words);
const tables = { ...frameWords, ...liveWords, ...orderWords, ...kafkaWords, ...labWords, ...dashboardsWords };
const sideOf = (name: Language) => side(tables, languages.indexOf(name)) as Side<typeof tables>;

/** Both change when another language is chosen. */
export let words = sideOf('es');
/** What numbers and times are written in. Spanish until `speak` is called. */
export let language: Language = 'es';

/** Takes Spanish for a name that is no language. Sets the page's title and `lang` too, but draws nothing anew. */
export function speak(name: string): void {
  language = languages.find((known) => known === name) ?? 'es';
  words = sideOf(language);
  document.documentElement.lang = language;
  document.title = words.title;
}

/** What a name of the server's is called; a name that the page does not know is its own word. */
export const called = (table: Readonly<Record<string, string>>, name: string): string => table[name] ?? name;

/** Puts values where a text says {0}, {1}, … */
export const say = (text: string, ...values: readonly (string | number)[]): string =>
  text.replace(/\{(\d)\}/g, (_, index) => String(values[index]));

type Figure = number | null | undefined;

/** Written in the chosen language; '–' where there is none. @param digits after the decimal point, at most */
export const number = (value: Figure, digits = 0): string =>
  value === null || value === undefined
    ? '–'
    : value.toLocaleString(language, { maximumFractionDigits: digits, useGrouping: 'always' });

/** Milliseconds as a person reads them. */
export function duration(milliseconds: Figure): string {
  if (milliseconds === null || milliseconds === undefined) return '–';
  return Math.abs(milliseconds) < 1000
    ? `${number(milliseconds, milliseconds < 10 ? 1 : 0)} ms`
    : `${number(milliseconds / 1000, 2)} s`;
}

/** A figure as finely as its size wants it; `ns` are nanoseconds. */
export function figure(value: Figure, unit?: 'ns'): string {
  if (value === null || value === undefined) return '–';
  if (unit === 'ns') return duration(value / 1e6);
  const size = Math.abs(value);
  const digits = [100, 10, 1, 0.01].findIndex((least) => size >= least);
  return number(value, digits === -1 ? 5 : digits);
}

/** A moment (ms since 1970) in the form asked for, by 24 hours. */
export const inFormat = (milliseconds: number, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat(language, { ...options, hourCycle: 'h23' }).format(milliseconds);

/** A moment of today as a time, with ms where wanted. */
export const time = (milliseconds: number, fractionalSecondDigits?: 3): string =>
  inFormat(milliseconds, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    ...(fractionalSecondDigits && { fractionalSecondDigits }),
  });

/** A moment (ms since 1970) with its date, to the second, in the browser's time zone. */
export const dateTime = (milliseconds: number): string =>
  inFormat(milliseconds, { dateStyle: 'medium', timeStyle: 'medium' });
