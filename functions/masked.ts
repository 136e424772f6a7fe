/** What is told of an order without telling of its customer: for those who have not asked for that. */
import { readJson } from '../infra/json.ts';
import { redact } from '../infra/redact.ts';

/** What was bought, where it goes, and who is written to; as `detailsSchema` names them, wherever they stand. */
const personal: ReadonlySet<string> = new Set(['product', 'address', 'email']);

/** Shorter ones stand in too many other words. */
const shortest = 4;

/** In the place of what cannot be looked into. */
const hidden = '•••';
/** More is in nothing that the system writes. */
const deepest = 100;

const maskOf = (text: string): string => `${[...text][0] ?? ''}${hidden}`;

/** A record's value is JSON in a text. */
const within = (text: string): object | undefined =>
  /^\s*[[{]/.test(text) ? (readJson(text) as object | undefined) : undefined;

/** A record's value that would be JSON if it were whole, that is no text, or that is JSON in base64, as in Lambda's documents. */
const isOpaque = (name: string, text: string): boolean =>
  name === 'value' && /^(?:\s*[[{]|base64:|eyJ)/.test(text) && within(text) === undefined;

function collect(told: unknown, found: Set<string>, depth = 0): Set<string> {
  if (typeof told === 'string') collect(within(told), found, depth + 1);
  if (typeof told !== 'object' || told === null || depth > deepest) return found;
  for (const [name, value] of Object.entries(told)) {
    if (typeof value === 'string' && personal.has(name) && value.length >= shortest) found.add(value);
    else collect(value, found, depth + 1);
  }
  return found;
}

function hide(told: unknown, texts: readonly string[], depth = 0): unknown {
  if (depth > deepest) return hidden;
  if (typeof told === 'string') {
    const inner = within(told);
    if (inner) return JSON.stringify(hide(inner, texts, depth + 1));
    return redact(texts.reduce((text, one) => text.replaceAll(one, maskOf(one)), told));
  }
  if (Array.isArray(told)) return told.map((one) => hide(one, texts, depth + 1));
  if (typeof told !== 'object' || told === null) return told;
  const fields = Object.entries(told).map(([name, value]) => {
    if (typeof value === 'string' && personal.has(name)) return [name, maskOf(value)];
    if (typeof value === 'string' && isOpaque(name, value)) return [name, hidden];
    return [name, hide(value, texts, depth + 1)];
  });
  return Object.fromEntries(fields);
}

/** The same, with a mask for what is personal, also where a letter's text or a record's value has it in it. */
export function masked<T>(told: T): T {
  const texts = [...collect(told, new Set())].sort((a, b) => b.length - a.length);
  return hide(told, texts) as T;
}
