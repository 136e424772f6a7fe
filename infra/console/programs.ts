/** What the console says to the programs that it starts, and what they tell of their work. */
import type { LoadRequest } from '../../functions/console/asks.ts';
import type { LabRequest } from '../../functions/console/labRequest.ts';
import type { Load } from '../../functions/console/snapshot.ts';

/** What a person runs, and the console too, as processes of their own: paths of the modules that obey. */
export type Programs = Readonly<{
  /** Takes `LoadOrder`, tells `LoadNews`. */
  load: string;
  /** Takes `LabOrder`, tells `LabNews`. */
  lab: string;
}>;

type Order<R> = Readonly<{ kind: 'start'; request: R }> | Readonly<{ kind: 'stop' }>;

/** `start` comes once, before anything else. */
export type LoadOrder = Order<LoadRequest>;
/** `planned` comes once, before any progress. `seconds` and `elapsed` are seconds, all other numbers count orders. */
export type LoadNews =
  | (Readonly<{ kind: 'planned' }> & Pick<Load, 'run' | 'planned' | 'seconds'>)
  | (Readonly<{ kind: 'progress' }> & Pick<Load, 'elapsed' | 'sent' | 'acknowledged' | 'failed' | 'notSent'>)
  | Readonly<{ kind: 'ended' }>;

/** `start` comes once, before anything else. A run that is stopped keeps nothing of what it has measured. */
export type LabOrder = Order<LabRequest>;
/** `exact`: what was produced, what Kafka holds and what the store holds agree in every result. */
export type LabNews =
  /** How the run goes, or what came out of it, in a sentence. */
  Readonly<{ kind: 'line'; text: string }> | Readonly<{ kind: 'ended'; exact: boolean }>;
