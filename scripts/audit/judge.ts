/** What the evidence proves. Pure: the same evidence gives the same verdict. */
import { isFinal, leaving } from '../../functions/orders/lifecycle.ts';
import { type Step, stepId } from '../../functions/orders/records.ts';
import type { Evidence } from './evidence.ts';
import { armedOffences, documentOffences, historyOffences, letterOffences, type Offence, stepsOf } from './offences.ts';
import { onTheWay, type Waiting } from './waiting.ts';

/** `accepted` is the sum of `finished`, `cancelled`, `dead`, `inFlight` and the lost orders, which are offences. */
export type Verdict = Readonly<{
  accepted: number;
  /** Completed. */
  finished: number;
  cancelled: number;
  dead: number;
  inFlight: number;
  transitions: number;
  letters: number;
  /** E-mails that were given up and have not gone out since. */
  unsendable: number;
  documents: number;
  /** E-mails that came again with the same Message-ID, after a crash between the mail server's answer and our mark. */
  repeatedLetters: number;
  /** Events that the log holds more than once, after a crash or a redelivery. */
  repeatedEvents: number;
  /** What is still to come, by part. */
  waiting: Waiting;
  /** Why a part could not be looked at. */
  unseen: Evidence['unseen'];
  offences: readonly Offence[];
}>;

/** `whole`: every order of the system is judged, and not those of one load run. */
type Options = Readonly<{ email: boolean; metrics: boolean; whole: boolean }>;

/** A due time that nobody has fired for so long (ms) is left by dead timers. */
const overdueAfter = 60_000;

type Fate = 'finished' | 'cancelled' | 'dead' | 'inFlight' | 'lost';

function fateOf(orderId: string, steps: readonly Step[], { alive, dead }: Evidence): Fate {
  const state = steps.at(-1)?.to;
  if (state && isFinal(state)) return state === 'cancelled' ? 'cancelled' : 'finished';
  if (alive.has(orderId)) return 'inFlight';
  // A dead letter of another command does not tell why it stands still.
  const needed = state ? [leaving(state, 'timer'), leaving(state, 'mishap')] : ['process' as const];
  return needed.some((command) => command && dead.get(orderId)?.has(command)) ? 'dead' : 'lost';
}

/** Orders that wait for a moment long past, and orders that are told of and in no log. */
function strayOffences(evidence: Evidence, { whole }: Options): Offence[] {
  const overdue = [...evidence.due]
    .filter(([orderId, at]) => evidence.placed.has(orderId) && evidence.lookedAt - at > overdueAfter)
    .map(
      ([orderId, at]): Offence => ({ kind: 'overdue order', orderId, about: `since ${new Date(at).toISOString()}` }),
    );
  const phantoms = [...evidence.events.keys()]
    .filter((orderId) => whole && !evidence.placed.has(orderId))
    .map((orderId): Offence => ({ kind: 'order that nobody placed', orderId, about: 'has events' }));
  const unplaced = [...evidence.unplaced].map(
    (orderId): Offence => ({ kind: 'acknowledged, not stored', orderId, about: 'its caller was told that it is' }),
  );
  return [...overdue, ...phantoms, ...unplaced];
}

/** What is wrong with one order; its doubled events are told where they are found. */
function orderOffences(
  { orderId, steps, fate }: Readonly<{ orderId: string; steps: readonly Step[]; fate: Fate }>,
  evidence: Evidence,
  { email, metrics }: Options,
): Offence[] {
  const { unseen } = evidence;
  const after = steps.at(-1)?.to ?? 'its acceptance';
  return [
    ...historyOffences(orderId, steps, evidence),
    ...armedOffences(orderId, steps),
    ...(fate === 'lost' ? [{ kind: 'lost order', orderId, about: `after ${after}` } as const] : []),
    ...(email && !unseen.emails ? letterOffences(orderId, steps, evidence) : []),
    ...(metrics && !unseen.documents ? documentOffences(orderId, steps, evidence) : []),
  ];
}

/** @param known every step that the log tells, by its id */
const strayDocuments = ({ documents }: Evidence, known: ReadonlyMap<string, number>): Offence[] =>
  [...documents]
    .filter((id) => !known.has(id))
    .map((id) => ({ kind: 'document without a transition', orderId: id.slice(0, id.lastIndexOf('-')), about: id }));

/** Judges every accepted order. `email` and `metrics`: whether the system was asked for them. */
export function judge(evidence: Evidence, options: Options): Verdict {
  const offences = strayOffences(evidence, options);
  const fates: Record<Fate, number> = { finished: 0, cancelled: 0, dead: 0, inFlight: 0, lost: 0 };
  const known = new Map<string, number>();
  const underWay: number[] = [];
  let repeatedEvents = 0;
  for (const [orderId, { placedAt }] of evidence.placed) {
    const { steps, repeats, offences: doubles } = stepsOf(orderId, evidence.events.get(orderId) ?? []);
    const fate = fateOf(orderId, steps, evidence);
    fates[fate]++;
    if (fate === 'inFlight') underWay.push(steps.at(-1)?.at ?? placedAt);
    repeatedEvents += repeats;
    for (const { version, at } of steps) known.set(stepId(orderId, version), at);
    offences.push(...doubles, ...orderOffences({ orderId, steps, fate }, evidence, options));
  }
  offences.push(...strayDocuments(evidence, known));
  const deliveries = [...evidence.letters.values()].flatMap((ids) => [...ids.values()]);
  return {
    accepted: evidence.placed.size,
    finished: fates.finished,
    cancelled: fates.cancelled,
    dead: fates.dead,
    inFlight: fates.inFlight,
    transitions: known.size,
    letters: deliveries.length,
    unsendable: [...evidence.unsendable].filter((step) => known.has(step) && !evidence.letters.has(step)).length,
    documents: evidence.documents.size,
    repeatedLetters: deliveries.reduce((sum, count) => sum + count - 1, 0),
    repeatedEvents,
    waiting: onTheWay(evidence, known, underWay),
    unseen: evidence.unseen,
    offences,
  };
}
