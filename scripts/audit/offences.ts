/** What the evidence about one order can convict it of. */
import { isDeepStrictEqual } from 'node:util';
import { checkHistory } from '../../functions/orders/history.ts';
import { transition } from '../../functions/orders/lifecycle.ts';
import { type Event, type Step, stepId } from '../../functions/orders/records.ts';
import type { Evidence } from './evidence.ts';

/** Written as the audit's report prints them. */
export type OffenceKind =
  | 'lost order'
  | 'acknowledged, not stored'
  | 'order that nobody placed'
  | 'overdue order'
  | 'illegal history'
  | 'early transition'
  | 'transition that was not armed'
  | 'double transition'
  | 'missing event'
  | 'state differs from the events'
  | 'order differs in Redis'
  | 'missing e-mail'
  | 'second e-mail'
  | 'e-mail over and over'
  | 'e-mail to a stranger'
  | 'missing document'
  | 'document without a transition';

/** What is wrong with one order, in a sentence. */
export type Offence = Readonly<{ kind: OffenceKind; orderId: string; about: string }>;

/** A crash between the mail server's answer and our mark repeats a letter: so often at most is taken for that. */
const mostRepeats = 3;

/** The steps that the log tells, each once and by version, and what is wrong with its telling. */
export function stepsOf(
  orderId: string,
  events: readonly Event[],
): { steps: Step[]; repeats: number; offences: Offence[] } {
  const byVersion = new Map<number, Event>();
  const offences: Offence[] = [];
  let repeats = 0;
  for (const event of events) {
    const known = byVersion.get(event.version);
    if (!known) byVersion.set(event.version, event);
    else if (isDeepStrictEqual(known, event)) repeats++;
    else {
      const about = `version ${event.version} is ${known.command} at ${known.at} and ${event.command} at ${event.at}`;
      offences.push({ kind: 'double transition', orderId, about });
    }
  }
  const steps = [...byVersion.values()].sort((a, b) => a.version - b.version);
  return { steps, repeats, offences };
}

/**
 * What the step before has armed is what follows, and is neither fired nor made before its moment; a request comes when it
 * likes.
 */
export function armedOffences(orderId: string, steps: readonly Step[]): Offence[] {
  return steps.flatMap(({ version, command, at, due }, index): Offence[] => {
    const armed = steps[index - 1]?.next;
    if (!armed || transition(command).cause === 'request') return [];
    const about = `${command} (version ${version})`;
    if (armed.command !== command) {
      return [{ kind: 'transition that was not armed', orderId, about: `${about}, but ${armed.command}` }];
    }
    const early = armed.at - Math.min(at, due?.firedAt ?? at);
    return early > 0 ? [{ kind: 'early transition', orderId, about: `${about}, ${early} ms` }] : [];
  });
}

/**
 * Compares the steps with the lifecycle's rules, and with what Redis holds of the order.
 * @param steps ascending by version, as `stepsOf` gives them
 */
export function historyOffences(orderId: string, steps: readonly Step[], evidence: Evidence): Offence[] {
  const known = evidence.progress.get(orderId)?.history ?? [];
  const faults = checkHistory(steps).map((about): Offence => ({ kind: 'illegal history', orderId, about }));
  const told = new Map(steps.map((step) => [step.version, step]));
  // An order whose state was kept its time and then forgotten by Redis has only its events.
  for (const step of known) {
    const event = told.get(step.version);
    const about = `${step.command} (version ${step.version})`;
    if (!event && !evidence.alive.has(orderId)) faults.push({ kind: 'missing event', orderId, about });
    if (event && !isSameStep(event, step)) faults.push({ kind: 'state differs from the events', orderId, about });
  }
  const held = evidence.progress.get(orderId)?.order;
  if (held && !isDeepStrictEqual(held, evidence.placed.get(orderId))) {
    faults.push({ kind: 'order differs in Redis', orderId, about: 'from what its caller asked for' });
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

/** An event is its step, with the order's id. */
const isSameStep = (event: Step, step: Step): boolean =>
  isDeepStrictEqual({ ...event, orderId: '' }, { ...step, orderId: '' });

/** Each step has one e-mail, to the order's address; one that is still to be sent, or was given up, may be missing. */
export function letterOffences(orderId: string, steps: readonly Step[], evidence: Evidence): Offence[] {
  return steps.flatMap(({ version, command }): Offence[] => {
    const step = stepId(orderId, version);
    const about = `${command} (version ${version})`;
    const ids = evidence.letters.get(step);
    if (!ids)
      return evidence.unsent.has(step) || evidence.unsendable.has(step)
        ? []
        : [{ kind: 'missing e-mail', orderId, about }];
    const most = Math.max(...ids.values());
    return [
      ...(ids.size > 1 ? [{ kind: 'second e-mail' as const, orderId, about }] : []),
      ...(most > mostRepeats ? [{ kind: 'e-mail over and over' as const, orderId, about }] : []),
      ...(evidence.strayLetters.has(step) ? [{ kind: 'e-mail to a stranger' as const, orderId, about }] : []),
    ];
  });
}

/** Each step has a metrics document in Elasticsearch, or one that still waits in Kafka. */
export function documentOffences(orderId: string, steps: readonly Step[], evidence: Evidence): Offence[] {
  return steps.flatMap(({ version, command, at }): Offence[] => {
    const step = stepId(orderId, version);
    if (at < evidence.documentsFrom || evidence.documents.has(step) || evidence.unwritten.has(step)) return [];
    return [{ kind: 'missing document', orderId, about: `${command} (version ${version})` }];
  });
}
