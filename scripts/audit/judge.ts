/** What the evidence proves. Pure: the same evidence gives the same verdict. */
import { checkHistory } from '../../functions/orders/history.ts';
import { isFinal } from '../../functions/orders/lifecycle.ts';
import { type Event, type Step, stepId } from '../../functions/orders/records.ts';
import type { Evidence } from './evidence.ts';

export type OffenceKind =
  | 'lost order'
  | 'illegal history'
  | 'double transition'
  | 'missing event'
  | 'state differs from the events'
  | 'missing e-mail'
  | 'second e-mail'
  | 'missing document'
  | 'document without a transition';

export type Offence = Readonly<{ kind: OffenceKind; orderId: string; about: string }>;

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
  offences: readonly Offence[];
}>;

type Options = Readonly<{ email: boolean; metrics: boolean }>;

/** The steps that the log tells, each once and by version, and what is wrong with its telling. */
function stepsOf(orderId: string, events: readonly Event[]): { steps: Step[]; repeats: number; offences: Offence[] } {
  const byVersion = new Map<number, Event>();
  const offences: Offence[] = [];
  let repeats = 0;
  for (const event of events) {
    const known = byVersion.get(event.version);
    if (!known) byVersion.set(event.version, event);
    else if (known.command === event.command && known.at === event.at) repeats++;
    else {
      const about = `version ${event.version} is ${known.command} at ${known.at} and ${event.command} at ${event.at}`;
      offences.push({ kind: 'double transition', orderId, about });
    }
  }
  const steps = [...byVersion.values()].sort((a, b) => a.version - b.version);
  return { steps, repeats, offences };
}

function historyOffences(orderId: string, steps: readonly Step[], evidence: Evidence): Offence[] {
  const known = evidence.progress.get(orderId)?.history ?? [];
  const faults = checkHistory(steps).map((about): Offence => ({ kind: 'illegal history', orderId, about }));
  const told = new Map(steps.map((step) => [step.version, step]));
  // An order whose state was kept its time and then forgotten by Redis has only its events.
  for (const step of known) {
    const event = told.get(step.version);
    const about = `${step.command} (version ${step.version})`;
    if (!event && !evidence.alive.has(orderId)) faults.push({ kind: 'missing event', orderId, about });
    if (event && (event.command !== step.command || event.at !== step.at)) {
      faults.push({ kind: 'state differs from the events', orderId, about });
    }
  }
  const last = steps.at(-1);
  if (last && known.length > 0 && last.version > known.length) {
    faults.push({
      kind: 'state differs from the events',
      orderId,
      about: `Redis has not seen version ${last.version}`,
    });
  }
  return faults;
}

function letterOffences(orderId: string, steps: readonly Step[], evidence: Evidence): Offence[] {
  return steps.flatMap(({ version, command }): Offence[] => {
    const step = stepId(orderId, version);
    const about = `${command} (version ${version})`;
    const ids = evidence.letters.get(step);
    if (!ids)
      return evidence.unsent.has(step) || evidence.unsendable.has(step)
        ? []
        : [{ kind: 'missing e-mail', orderId, about }];
    return ids.size > 1 ? [{ kind: 'second e-mail', orderId, about }] : [];
  });
}

function documentOffences(orderId: string, steps: readonly Step[], evidence: Evidence): Offence[] {
  return steps.flatMap(({ version, command }): Offence[] => {
    const step = stepId(orderId, version);
    if (evidence.documents.has(step) || evidence.unwritten.has(step)) return [];
    return [{ kind: 'missing document', orderId, about: `${command} (version ${version})` }];
  });
}

type Fate = 'finished' | 'cancelled' | 'dead' | 'inFlight' | 'lost';

function fateOf(orderId: string, steps: readonly Step[], { alive, dead }: Evidence): Fate {
  const state = steps.at(-1)?.to;
  if (state && isFinal(state)) return state === 'cancelled' ? 'cancelled' : 'finished';
  if (alive.has(orderId)) return 'inFlight';
  return dead.has(orderId) ? 'dead' : 'lost';
}

/** Judges every accepted order. `email` and `metrics`: whether the system was asked for them. */
export function judge(evidence: Evidence, { email, metrics }: Options): Verdict {
  const offences: Offence[] = [];
  const fates: Record<Fate, number> = { finished: 0, cancelled: 0, dead: 0, inFlight: 0, lost: 0 };
  const known = new Set<string>();
  let repeatedEvents = 0;
  for (const orderId of evidence.placed.keys()) {
    const { steps, repeats, offences: doubles } = stepsOf(orderId, evidence.events.get(orderId) ?? []);
    const fate = fateOf(orderId, steps, evidence);
    fates[fate]++;
    repeatedEvents += repeats;
    for (const { version } of steps) known.add(stepId(orderId, version));
    offences.push(...doubles, ...historyOffences(orderId, steps, evidence));
    if (fate === 'lost')
      offences.push({ kind: 'lost order', orderId, about: `after ${steps.at(-1)?.to ?? 'its acceptance'}` });
    if (email) offences.push(...letterOffences(orderId, steps, evidence));
    if (metrics) offences.push(...documentOffences(orderId, steps, evidence));
  }
  for (const id of evidence.documents) {
    if (known.has(id)) continue;
    offences.push({ kind: 'document without a transition', orderId: id.slice(0, id.lastIndexOf('-')), about: id });
  }
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
    offences,
  };
}
