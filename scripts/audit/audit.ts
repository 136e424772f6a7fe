import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../../infra/clock.ts';
import { gather } from './gather.ts';
import { judge, type Verdict } from './judge.ts';
import { sharesOf } from './log.ts';
import type { Offence } from './offences.ts';
import { isWhole, type Scope, type Share } from './scope.ts';
import type { Part } from './waiting.ts';

/** An effect may be under way while we read: what is wrong is so only if it is still wrong when looked at again. */
const looks = 4;
const pauseMilliseconds = 1500;

/** Orders that are looked at together: of each some 8 kB are held. More are looked at in shares, and the log is read for each. */
const mostOrders = 50_000;

const name = ({ kind, orderId, about }: Offence): string => `${kind} ${orderId} ${about}`;

/**
 * Gathers the evidence and judges it; looks again, a few times, for as long as something seems wrong.
 * @param most orders that are held in memory at a time, about
 * @throws when an engine cannot be asked
 */
export async function audit(settings: Settings, scope: Scope = {}, most = mostOrders): Promise<Verdict> {
  const of = await sharesOf(settings, scope, most);
  const verdicts: Verdict[] = [];
  for (let index = 0; index < of; index++) verdicts.push(await auditShare(settings, scope, { index, of }));
  return sumOf(verdicts);
}

async function auditShare(settings: Settings, scope: Scope, share: Share): Promise<Verdict> {
  const options = { ...settings, whole: isWhole(scope) };
  let verdict = judge(await gather(settings, scope, share), options);
  for (let look = 1; verdict.offences.length > 0 && look < looks; look++) {
    const before = new Set(verdict.offences.map(name));
    await sleep(systemClock, pauseMilliseconds);
    verdict = judge(await gather(settings, scope, share), options);
    verdict = { ...verdict, offences: verdict.offences.filter((offence) => before.has(name(offence))) };
  }
  return verdict;
}

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
const sumOf = (verdicts: readonly Verdict[]): Verdict => ({
  ...verdicts.reduce(added),
  offences: verdicts.flatMap(({ offences }) => offences),
});
