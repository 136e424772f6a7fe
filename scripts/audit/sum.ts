import type { Verdict } from './judge.ts';
import type { Part } from './waiting.ts';

const numbers = [
  'accepted',
  'finished',
  'cancelled',
  'dead',
  'inFlight',
  'transitions',
  'letters',
  'unsendable',
  'documents',
  'repeatedLetters',
  'repeatedEvents',
] as const;

const oldest = (a: number | null, b: number | null): number | null =>
  a === null || b === null ? (a ?? b) : Math.min(a, b);

const both = (a: Part, b: Part): Part => ({ count: a.count + b.count, since: oldest(a.since, b.since) });

const added = (a: Verdict, b: Verdict): Verdict => ({
  ...a,
  ...Object.fromEntries(numbers.map((name) => [name, a[name] + b[name]])),
  waiting: {
    orders: both(a.waiting.orders, b.waiting.orders),
    emails: both(a.waiting.emails, b.waiting.emails),
    documents: both(a.waiting.documents, b.waiting.documents),
  },
  unseen: { ...a.unseen, ...b.unseen },
});

/** The verdict on all orders, of those on their shares; there is one at least. */
export const sumOf = (verdicts: readonly Verdict[]): Verdict => ({
  ...verdicts.reduce(added),
  offences: verdicts.flatMap(({ offences }) => offences),
});
