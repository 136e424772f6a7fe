import type { Load as Shown } from '../../functions/console/snapshot.ts';
import { at } from '../../infra/at.ts';
import { type Clock, systemClock } from '../../infra/clock.ts';
import type { PlaceOrderRequest } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { type Intake, openIntake } from './gatewayClient.ts';
import type { Finished } from './keep.ts';
import { checkLoad, type Load, type LoadOptions } from './options.ts';
import { Outcomes } from './outcomes.ts';
import { makePlan, type Plan } from './plan.ts';
import { send } from './sender.ts';
import { type Figures, figures } from './statistics.ts';

/** What was asked, and what was planned from it. */
export type Planned = Readonly<{
  load: Load;
  plan: Pick<Plan, 'hash' | 'rate' | 'seconds' | 'differentKeys'> & Readonly<{ orders: number }>;
}>;

/** Everything about a finished run. All of it is plain JSON. */
export type LoadReport = Planned &
  Figures &
  Readonly<{
    /** ISO 8601; the moments of the orders count from here. */
    startedAt: string;
    /** True when the run was stopped before its plan was over. */
    stopped: boolean;
  }>;

/** Where a run is. Sent several times a second. */
export type Progress = Readonly<{ phase: 'warm-up' | 'load' }> &
  Pick<Shown, 'elapsed' | 'seconds' | 'planned' | 'sent' | 'acknowledged' | 'failed' | 'notSent'>;

/** `onProgress` is called in the warm-up too; `onPlan` and `onOutcomes` are about the load alone. */
export type RunHooks = Readonly<{
  /** Called once, before the first order is sent. */
  onPlan?: (planned: Planned) => void;
  onProgress?: (progress: Progress) => void;
  /** Called once, with what became of each order; the report waits for it. */
  onOutcomes?: (finished: Finished & { plan: Plan }) => void | Promise<void>;
  /** An abort stops the sending; answers are waited for a few seconds more, and the report tells what was left out. */
  signal?: AbortSignal;
}>;

const progressEvery = 200;

/**
 * Plans a load, sends it and reports.
 * @throws Mistake when an option, the CSV file or the trace is wrong
 * @throws Trouble when no gateway answers at the address
 */
export async function runLoad(
  options: LoadOptions,
  hooks: RunHooks = {},
  clock: Clock = systemClock,
): Promise<LoadReport> {
  const load = checkLoad(options);
  const plan = makePlan(load);
  const { hash, rate, seconds, differentKeys, moments } = plan;
  const planned = { load, plan: { hash, orders: moments.length, rate, seconds, differentKeys } };
  hooks.onPlan?.(planned);
  const intake = await openIntake(load.address, load.protocol, clock);
  try {
    if (load.warmup > 0) await sendPlan('warm-up', warmup(load, plan), { intake, hooks, clock });
    const startedAt = clock.now();
    const outcomes = await sendPlan('load', { load, plan }, { intake, hooks, clock });
    await hooks.onOutcomes?.({ load, plan, outcomes, startedAt });
    return {
      ...planned,
      startedAt: new Date(startedAt).toISOString(),
      stopped: hooks.signal?.aborted ?? false,
      ...figures(plan, outcomes),
    };
  } finally {
    intake.close();
  }
}

type Part = { load: Load; plan: Plan };
type Means = { intake: Intake; hooks: RunHooks; clock: Clock };

/** Evenly spaced orders at the load's own mean rate, under another name so that nobody counts them. */
function warmup(load: Load, { rate }: Plan): Part {
  const even = { distribution: 'constant', trace: undefined, duration: undefined, keySkew: undefined } as const;
  const warm = { ...load, ...even, rate, count: load.warmup, run: `${load.run}-warmup` };
  return { load: warm, plan: makePlan(warm) };
}

async function sendPlan(phase: Progress['phase'], { load, plan }: Part, { intake, hooks, clock }: Means) {
  const { moments, seconds } = plan;
  const outcomes = new Outcomes(moments.length);
  const start = clock.monotonic();
  const tell = (): void => {
    const elapsed = (clock.monotonic() - start) / 1_000;
    hooks.onProgress?.({ phase, elapsed, seconds, planned: moments.length, ...outcomes.counts });
  };
  const ticking = clock.every(progressEvery, tell);
  const { maxInFlight } = load;
  try {
    await send({ moments, request: requests(load, plan), intake, outcomes, maxInFlight, clock, signal: hooks.signal });
    tell();
    return outcomes;
  } finally {
    ticking.cancel();
  }
}

/** The gRPC request of each order of a plan. Only repeated orders carry an idempotency key: the others are all new. */
function requests(load: Load, plan: Plan): (index: number) => PlaceOrderRequest {
  const run = { id: load.run, distribution: load.distribution, clock: load.clock };
  return (index) => {
    const key = at(plan.keys, index);
    const idempotencyKey = load.keySkew === undefined ? '' : `${load.run}:${key}`;
    return { details: plan.details(key), idempotencyKey, run };
  };
}
