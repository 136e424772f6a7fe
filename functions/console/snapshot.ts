/** What the page shows live. Made once a second by `infra/console` for everybody who looks, and bounded in size. */

import type { Command, State } from '../orders/lifecycle.ts';
import type { LabRequest } from './labRequest.ts';

/** Milliseconds over the last half to whole minute; null where nothing was measured. */
export type Quantiles = Readonly<{ p50: number; p95: number; p99: number; max: number }> | null;

/** What is known of one command's step. `perSecond` counts the last second. */
export type Transition = Readonly<{
  /** Since the console began to look. */
  total: number;
  perSecond: number;
  /** From the step before it. */
  latency: Quantiles;
  /** From the moment it was due. */
  drift: Quantiles;
}>;

/** One function's invocations since the console began to look. */
export type Invocations = Readonly<{
  invocations: number;
  perSecond: number;
  records: number;
  retries: number;
  failures: number;
  dead: number;
  coldStarts: number;
  duration: Quantiles;
}>;

/** What a consumer group has still to read of a topic, by partition. Both names are without the namespace. */
export type Lag = Readonly<{ topic: string; group: string; partitions: readonly number[] }>;

/** `due` covers 30 s, the first with what is overdue. `armed` and `due` count orders, `overdue` time slots. */
type Timers = Readonly<{
  /** Orders that wait for a moment. */
  armed: number;
  /** Time slots that should have fired over a second ago. */
  overdue: number;
  /** How many orders are due in each of the next seconds. */
  due: readonly number[];
}>;

/** A load that was started from the page. */
export type Load = Readonly<{
  run: string;
  distribution: string;
  state: 'running' | 'stopping' | 'ended' | 'failed';
  /** Seconds since it began, and that it takes. */
  elapsed: number;
  seconds: number;
  planned: number;
  sent: number;
  acknowledged: number;
  failed: number;
  notSent: number;
  /** Why it failed. */
  about?: string;
}>;

/** One second of the plots. */
export type Point = Readonly<{
  /** ms since 1970 */
  at: number;
  placed: number;
  moved: number;
  completed: number;
  invoked: number;
  mailed: number;
  lag: number;
  /** In the order of the lifecycle's states. */
  states: readonly number[];
  /** Median ms of each transition, in the order of the lifecycle's commands. */
  latency: readonly (number | null)[];
}>;

/** A run of the message lab that was started from the page. `line` is the last that it told. */
export type LabRun = LabRequest & Readonly<{ state: 'running' | 'ended' | 'failed'; line: string }>;

/** All that the live page shows, told to it once a second. */
export type Snapshot = Readonly<{
  point: Point;
  /** Orders in each state now; in final states, since the console began to look. */
  states: Readonly<Record<State, number>>;
  /** Orders that came in over the last 60 s. */
  perMinute: number;
  transitions: Readonly<Record<Command, Transition>>;
  functions: Readonly<Record<string, Invocations>>;
  lag: readonly Lag[];
  /** Records in each dead-letter topic that holds any. */
  dead: readonly { topic: string; records: number }[];
  timers: Timers;
  load: Load | null;
  lab: LabRun | null;
}>;
