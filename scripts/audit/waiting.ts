/** What is not wrong and not there yet. */
import type { Evidence } from './evidence.ts';

/** So many, the oldest since (ms since 1970). */
export type Part = Readonly<{ count: number; since: number | null }>;
/** `emails` and `documents` count steps, one each; `since` is null where nothing waits. */
export type Waiting = Readonly<Record<'orders' | 'emails' | 'documents', Part>>;

const partOf = (moments: readonly number[]): Part => ({
  count: moments.length,
  since: moments.length === 0 ? null : moments.reduce((oldest, moment) => Math.min(oldest, moment)),
});

/**
 * @param known the judged orders' steps, with their moments (ms since 1970)
 * @param underWay for each order that goes on, the moment of its last step
 */
export function onTheWay(evidence: Evidence, known: ReadonlyMap<string, number>, underWay: readonly number[]): Waiting {
  const momentsOf = (steps: Set<string>, there: { has(step: string): boolean }): number[] =>
    [...steps].flatMap((step) => (there.has(step) ? [] : (known.get(step) ?? [])));
  return {
    orders: partOf(underWay),
    emails: partOf(momentsOf(evidence.unsent, evidence.letters)),
    documents: partOf(momentsOf(evidence.unwritten, evidence.documents)),
  };
}

const titles = { orders: 'orders', emails: 'e-mails', documents: 'metric documents' } as const;

/** One line; nothing where nothing is on its way. */
export function describeWaiting(waiting: Waiting): string[] {
  const told = (['orders', 'emails', 'documents'] as const).flatMap((part) => {
    const { count, since } = waiting[part];
    return since === null ? [] : `${count} ${titles[part]} since ${new Date(since).toISOString()}`;
  });
  return told.length === 0 ? [] : [`Still on their way: ${told.join(', ')}`];
}
