import type { Verdict } from '../../audit/judge.ts';

/**
 * A figure counts only for a job that was done whole.
 * @param refused how many orders the gateway did not take
 * @throws Error saying what was not done of it
 */
export function assertExact(
  { orders, email, metrics, refused }: Readonly<{ orders: number; email: boolean; metrics: boolean; refused: number }>,
  verdict: Pick<Verdict, 'finished' | 'transitions' | 'letters' | 'documents' | 'unseen' | 'offences'>,
): void {
  const { finished, transitions, letters, documents, unseen, offences } = verdict;
  const faults = [
    ...(refused > 0 ? [`${refused} orders were refused`] : []),
    ...(finished === orders ? [] : [`${finished} of ${orders} orders finished`]),
    ...(email && letters < transitions ? [`${letters} e-mails of ${transitions}`] : []),
    ...(metrics && documents < transitions ? [`${documents} documents of ${transitions}`] : []),
    ...Object.entries(unseen).map(([what, why]) => `not looked at: ${what}: ${why}`),
    ...offences.slice(0, 5).map(({ kind, orderId, about }) => `${kind}: order ${orderId}, ${about}`),
    ...(offences.length > 5 ? [`${offences.length - 5} offences more`] : []),
  ];
  if (faults.length > 0) throw new Error(`The row does not count, the audit is not clean: ${faults.join('; ')}`);
}
