/** The words of the language that is chosen, and how it writes numbers and times. */
import { dashboardsWords } from './dashboardsWords.js';
import { frameWords } from './frameWords.js';
import { kafkaWords } from './kafkaWords.js';
import { labWords } from './labWords.js';
import { liveWords } from './liveWords.js';
import { orderWords } from './orderWords.js';

export const languages = ['es', 'en'];

/** One language's side of a table of pairs. */
const side = (table, index) =>
  Object.fromEntries(
    Object.entries(table).map(([name, pair]) => [name, Array.isArray(pair) ? pair[index] : side(pair, index)]),
  );
const tables = { ...frameWords, ...liveWords, ...orderWords, ...kafkaWords, ...labWords, ...dashboardsWords };

/** Both change when another language is chosen. */
export let words = side(tables, 0);
export let language = 'es';

export function speak(name) {
  language = languages.includes(name) ? name : 'es';
  words = side(tables, languages.indexOf(language));
  document.documentElement.lang = language;
  document.title = words.title;
}

/** Puts values where a text says {0}, {1}, … */
export const say = (text, ...values) => text.replace(/\{(\d)\}/g, (_, index) => String(values[index]));

export const number = (value, digits = 0) =>
  value === null || value === undefined
    ? '–'
    : value.toLocaleString(language, { maximumFractionDigits: digits, useGrouping: 'always' });

/** Milliseconds as a person reads them. */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return '–';
  return Math.abs(milliseconds) < 1000
    ? `${number(milliseconds, milliseconds < 10 ? 1 : 0)} ms`
    : `${number(milliseconds / 1000, 2)} s`;
}

/** A figure as finely as its size wants it; `ns` are nanoseconds. */
export function figure(value, unit) {
  if (value === null || value === undefined) return '–';
  if (unit === 'ns') return duration(value / 1e6);
  const size = Math.abs(value);
  const digits = [100, 10, 1, 0.01].findIndex((least) => size >= least);
  return number(value, digits === -1 ? 5 : digits);
}

/** A moment of today as a time, with ms where wanted. */
export const time = (milliseconds, fractionalSecondDigits) =>
  new Intl.DateTimeFormat(language, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    fractionalSecondDigits,
    hourCycle: 'h23',
  }).format(milliseconds);

export const dateTime = (milliseconds) =>
  new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'medium' }).format(milliseconds);
