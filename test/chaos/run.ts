/** A load, the faults of a plan meanwhile, and what the audit says when all has come to rest. */

import { setTimeout as pause } from 'node:timers/promises';
import { status } from '@grpc/grpc-js';
import { eventSchema } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { readJson, readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import { audit } from '../../scripts/audit/audit.ts';
import type { Verdict } from '../../scripts/audit/judge.ts';
import { codeWords } from '../../scripts/load/outcomes.ts';
import { runLoad } from '../../scripts/load/run.ts';
import { type Figures, figuresOf, type Span } from './figures.ts';
import { faultNamed, type Happening } from './plan.ts';
import type { Stage } from './stage.ts';

export type Options = Readonly<{
  plan: readonly Happening[];
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
  /** How many orders got each answer. */
  answers: ReadonlyMap<string, number>;
  /** What is wrong beside the audit's offences. */
  faults: readonly string[];
}>;

/** A flood is so many times the rate. */
const floodFactor = 10;
/** ms without any progress after which what is still on its way is stuck. */
const patience = 120_000;

/** What callers were told: all of it has to be true. */
class Told {
  readonly acknowledged = new Set<string>();
  readonly answers = new Map<string, number>();
  readonly faults: string[] = [];
  readonly #ids = new Map<string, string>();

  /** @param key of the order, the same whenever it is sent again; @param orderId empty unless it was answered OK */
  answer(key: string, code: number, orderId: string): void {
    this.answers.set(codeWords(code), (this.answers.get(codeWords(code)) ?? 0) + 1);
    if (code !== status.OK) return;
    const known = this.#ids.get(key) ?? orderId;
    if (known !== orderId) this.faults.push(`the key ${key} was told two orders: ${known} and ${orderId}`);
    this.#ids.set(key, known);
    this.acknowledged.add(orderId);
  }
}

type Load = Readonly<{ name: string; rate: number; duration: number; signal?: AbortSignal | undefined }>;

/** Orders are drawn from as many as are sent, so that a third of them is sent again with its key. */
async function load({ trial }: Stage, told: Told, seed: number, { name, rate, duration, signal }: Load): Promise<void> {
  await runLoad(
    {
      distribution: 'poisson',
      rate,
      duration,
      seed,
      keySkew: 0,
      run: name,
      clock: 5,
      address: trial.settings.grpcAddress,
    },
    {
      onOutcomes({ plan, outcomes }) {
        for (const [index, code] of outcomes.codes.entries()) {
          told.answer(`${name}:${plan.keys[index]}`, code, outcomes.orderIds[index] ?? '');
        }
      },
      ...(signal && { signal }),
    },
  );
}

/** Begins and ends each fault at its moment; what befalls the same target waits for the end of the one before. */
async function perform(stage: Stage, { plan, signal, tell }: Options, spans: Span[]): Promise<void> {
  const since = performance.now();
  const before = new Map<string, Promise<void>>();
  const one = async ({ name, at, seconds }: Happening) => {
    const { target, begin, end } = faultNamed(name);
    const previous = before.get(target);
    const { promise, resolve } = Promise.withResolvers<void>();
    before.set(target, promise);
    await pause(at * 1000 - (performance.now() - since), undefined, { signal });
    await previous;
    const from = Date.now();
    try {
      await begin(stage);
      tell(`${name} …`);
      await pause(seconds * 1000, undefined, { signal });
    } finally {
      await end(stage);
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
async function settle({ trial }: Stage, acknowledged: readonly string[], signal?: AbortSignal): Promise<Verdict> {
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

export async function run(stage: Stage, options: Options): Promise<Outcome> {
  const { trial, host } = stage;
  const { seconds, rate, seed, signal } = options;
  const told = new Told();
  const spans: Span[] = [];
  let floods = 0;
  let flood: Promise<void> = Promise.resolve();
  let stop = new AbortController();
  stage.flood.start = () => {
    stop = new AbortController();
    const name = `flood-${floods++}`;
    flood = load(stage, told, seed, { name, rate: rate * floodFactor, duration: 60, signal: stop.signal }).catch(
      (error) => options.tell(`no flood: ${error.message}`),
    );
  };
  stage.flood.stop = async () => {
    stop.abort();
    await flood;
  };
  await Promise.all([
    load(stage, told, seed, { name: 'chaos', rate, duration: seconds, signal }),
    perform(stage, options, spans),
  ]);
  options.tell('all faults are over; waiting for what is on its way');
  const verdict = await settle(stage, [...told.acknowledged], signal);
  const events: Parameters<typeof figuresOf>[0][number][] = [];
  await readTopics(trial.settings, [{ topic: eventsTopic }], ({ value }) => {
    const { data } = eventSchema.safeParse(readJson(value));
    if (data) events.push(data);
  });
  const faults = [...told.faults, ...host.crashes, ...leftBehind(verdict)];
  return { verdict, figures: figuresOf(events, spans), spans, answers: told.answers, faults };
}
