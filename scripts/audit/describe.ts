import type { Verdict } from './judge.ts';
import { describeWaiting } from './waiting.ts';

const mostShown = 50;

/** The verdict for a person: the sum, then each offender (the first fifty). */
export function describe(verdict: Verdict): string {
  const { accepted, finished, cancelled, dead, inFlight, offences } = verdict;
  const unseen = Object.entries(verdict.unseen);
  const lost = accepted - finished - cancelled - dead - inFlight;
  const lines = [
    `${accepted} accepted = ${finished} finished + ${cancelled} cancelled + ${dead} dead + ${inFlight} in flight${lost > 0 ? ` + ${lost} LOST` : ''}`,
    `${verdict.transitions} transitions, ${verdict.letters} e-mails (${verdict.unsendable} more given up), ${verdict.documents} metric documents`,
    `${verdict.repeatedEvents} events and ${verdict.repeatedLetters} e-mails repeated with the same id`,
    ...describeWaiting(verdict.waiting),
    ...unseen.map(([part, why]) => `Not looked at: the ${part === 'emails' ? 'e-mails' : 'metric documents'}: ${why}`),
  ];
  if (offences.length === 0)
    return [...lines, unseen.length === 0 ? 'Clean.' : 'Clean, as far as could be seen.'].join('\n');
  const shown = offences.slice(0, mostShown).map(({ kind, orderId, about }) => `  ${kind}: order ${orderId}, ${about}`);
  if (offences.length > mostShown) shown.push(`  … and ${offences.length - mostShown} more (--json lists all)`);
  return [...lines, `${offences.length} offences:`, ...shown].join('\n');
}
