/** What is told of an order without telling of its customer: for those who have not asked for that. */
import { redact } from './runtime/redact.ts';

/** What was bought, where it goes, and who is written to; as `detailsSchema` names them, wherever they stand. */
const personal: ReadonlySet<string> = new Set(['product', 'address', 'email']);

/** Shorter ones stand in too many other words. */
const shortest = 4;

const maskOf = (text: string): string => `${[...text][0] ?? ''}•••`;

/** A record's value is JSON in a text. */
function within(text: string): object | undefined {
  if (!/^\s*[[{]/.test(text)) return undefined;
  try {
    return JSON.parse(text) as object;
  } catch {
    return undefined;
  }
}

function collect(told: unknown, found: Set<string>): Set<string> {
  if (typeof told === 'string') collect(within(told), found);
  if (typeof told !== 'object' || told === null) return found;
  for (const [name, value] of Object.entries(told)) {
    if (typeof value === 'string' && personal.has(name) && value.length >= shortest) found.add(value);
    else collect(value, found);
  }
  return found;
}

function hide(told: unknown, texts: readonly string[]): unknown {
  if (typeof told === 'string') {
    const inner = within(told);
    if (inner) return JSON.stringify(hide(inner, texts));
    return redact(texts.reduce((text, one) => text.replaceAll(one, maskOf(one)), told));
  }
  if (Array.isArray(told)) return told.map((one) => hide(one, texts));
  if (typeof told !== 'object' || told === null) return told;
  const fields = Object.entries(told).map(([name, value]) => {
    return [name, typeof value === 'string' && personal.has(name) ? maskOf(value) : hide(value, texts)];
  });
  return Object.fromEntries(fields);
}

/** The same, with a mask for what is personal, also where a letter's text or a record's value has it in it. */
export function masked<T>(told: T): T {
  const texts = [...collect(told, new Set())].sort((a, b) => b.length - a.length);
  return hide(told, texts) as T;
}
