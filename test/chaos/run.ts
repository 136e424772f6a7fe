/** A load, the faults of a plan meanwhile, and what the audit says when all has come to rest. */

import { setTimeout as pause } from 'node:timers/promises';
import { type Event, eventSchema } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import { systemClock } from '../../infra/clock.ts';
import { readJson } from '../../infra/json.ts';
import { audit } from '../../scripts/audit/audit.ts';
import type { Verdict } from '../../scripts/audit/judge.ts';
import { watchDocuments } from './documents.ts';
import { type Figures, figuresOf, type Span } from './figures.ts';
import type { Fault, Ground } from './ground.ts';
import { floodOf, load, Told } from './orders.ts';
import { faultNamed, type Happening } from './plan.ts';

export type Options<Of extends Ground> = Readonly<{
  plan: readonly Happening[];
  /** Those that the plan names. */
  faults: readonly Fault<Of>[];
  /** Of the load. */
  seconds: number;
  /** Orders per second. */
  rate: number;
  seed: number;
  signal?: AbortSignal;
  tell(line: string): void;
}>;

export type Outcome = Readonly<{
  verdict: Verdict;
  figures: Figures;
  spans: readonly Span[];
  /** ms: the longest time in which no document was taken, though some waited. */
  documentStall: number;
  /** How many orders got each answer. */
  answers: ReadonlyMap<string, number>;
  /** What is wrong beside the audit's offences. */
  faults: readonly string[];
  /** Of the system's largest process, in MB. */
  mostMemory: number;
}>;

/** Whether nothing was lost, doubled, led astray or given up, and nobody was told what is not so. */
export const isClean = ({ verdict, faults }: Outcome): boolean => verdict.offences.length === 0 && faults.length === 0;

/** ms without any progress after which what is still on its way is stuck. */
const patience = 120_000;

/** Begins and ends each fault at its moment; what befalls the same target waits for the end of the one before. */
async function perform<Of extends Ground>(ground: Of, options: Options<Of>, spans: Span[]): Promise<void> {
  const { plan, faults, signal, tell } = options;
  const since = performance.now();
  const before = new Map<string, Promise<void>>();
  const one = async ({ name, at, seconds }: Happening) => {
    const { target, begin, end } = faultNamed(faults, name);
    const previous = before.get(target);
    const { promise, resolve } = Promise.withResolvers<void>();
    before.set(target, promise);
    await pause(at * 1000 - (performance.now() - since), undefined, { signal });
    await previous;
    const from = Date.now();
    try {
      await begin(ground);
      tell(`${name} …`);
      await pause(seconds * 1000, undefined, { signal });
    } finally {
      // Where the run is given up all of the stage is ended.
      if (!signal?.aborted) await end(ground);
      resolve();
    }
    spans.push({ name, from, to: Date.now() });
    tell(`${name} over`);
  };
  await Promise.all(plan.map(one));
}

const atRest = ({ inFlight, waiting }: Verdict): boolean =>
  inFlight === 0 && Object.values(waiting).every(({ count }) => count === 0);

/** Audits when everything has come to its end, or nothing moves any more. */
async function settle({ trial }: Ground, acknowledged: readonly string[], signal?: AbortSignal): Promise<Verdict> {
  let [known, since] = ['', performance.now()];
  for (;;) {
    signal?.throwIfAborted();
    const waiting = await trial.waiting();
    const verdict = waiting === 0 ? await audit(trial.settings, { acknowledged }) : undefined;
    if (verdict && atRest(verdict)) return verdict;
    const now = `${waiting} ${verdict?.transitions} ${verdict?.inFlight}`;
    if (now !== known) [known, since] = [now, performance.now()];
    if (performance.now() - since > patience) return verdict ?? audit(trial.settings, { acknowledged });
    await pause(500);
  }
}

/** What the audit does not call an offence, and a run of faults does: nothing may be given up, or left behind. */
const leftBehind = ({ dead, unsendable, inFlight, unseen, ...verdict }: Verdict): string[] => [
  ...(dead > 0 ? [`${dead} orders are dead`] : []),
  ...(unsendable > 0 ? [`${unsendable} e-mails were given up`] : []),
  ...(inFlight > 0 ? [`${inFlight} orders do not move any more`] : []),
  ...Object.entries(verdict.waiting).flatMap(([part, { count }]) =>
    count > 0 ? [`${count} ${part} do not arrive`] : [],
  ),
  ...Object.values(unseen),
];

async function readEvents({ trial }: Ground): Promise<Event[]> {
  const events: Event[] = [];
  await readTopics(trial.settings, [{ topic: eventsTopic }], ({ value }) => {
    const { data } = eventSchema.safeParse(readJson(value));
    if (data) events.push(data);
  });
  return events;
}

/** Looks every second how much memory the system has. @returns what ends that, and tells the most */
function watchMemory({ hosts }: Ground): () => number {
  let most = 0;
  const timer = systemClock.every(1000, () => {
    most = Math.max(most, ...hosts.map(({ memory }) => memory));
  });
  return () => {
    timer.cancel();
    return Math.round(most);
  };
}

export async function run<Of extends Ground>(ground: Of, options: Options<Of>): Promise<Outcome> {
  const { seconds, rate, seed, signal } = options;
  const told = new Told();
  const spans: Span[] = [];
  ground.flood = floodOf(ground, told, options);
  const memory = watchMemory(ground);
  const documents = watchDocuments(ground);
  try {
    await Promise.all([
      load(ground, told, seed, { name: 'chaos', rate, duration: seconds, signal }),
      perform(ground, options, spans),
    ]);
    options.tell('all faults are over; waiting for what is on its way');
    const verdict = await settle(ground, [...told.acknowledged], signal);
    const documentStall = await documents();
    const figures = figuresOf(await readEvents(ground), spans);
    const faults = [...told.faults, ...ground.hosts.flatMap(({ crashes }) => crashes), ...leftBehind(verdict)];
    return { verdict, figures, documentStall, spans, answers: told.answers, faults, mostMemory: memory() };
  } finally {
    memory();
    // Where the run is given up, whoever waited for the last look might wait for an engine that is away.
    void documents();
  }
}
