/** What the console says to the programs that it starts, and what they tell of their work. */
import type { Load } from '../../functions/console/snapshot.ts';

/** What a person runs, and the console too, as processes of their own: paths of the modules that obey. */
export type Programs = Readonly<{
  /** Takes `Order<LoadRequest>`, tells `LoadNews`. */
  load: string;
  /** Takes `Order<LabRequest>`, tells `LabNews`. */
  lab: string;
}>;

/** Where the report of the lab's runs goes, below the project's folder: not over the one that a person made by hand. */
export const labReports = 'reports/lab-console';

/**
 * `start` comes once, and no other before it but `stop`. `environment` is of engines that were started for it. A run of the lab that is
 * stopped keeps nothing of what it has measured.
 */
export type Order<R> =
  | Readonly<{ kind: 'start'; request: R; environment?: Readonly<Record<string, string>> }>
  | Readonly<{ kind: 'stop' }>;

/** `planned` comes once, before any progress. `seconds` and `elapsed` are seconds, all other numbers count orders. */
export type LoadNews =
  | (Readonly<{ kind: 'planned' }> & Pick<Load, 'run' | 'planned' | 'seconds'>)
  | (Readonly<{ kind: 'progress' }> & Pick<Load, 'elapsed' | 'sent' | 'acknowledged' | 'failed' | 'notSent'>)
  | Readonly<{ kind: 'ended' }>;

/** `exact`: what was produced, what Kafka holds and what the store holds agree in every result. */
export type LabNews =
  /** How the run goes, or what came out of it, in a sentence. */
  Readonly<{ kind: 'line'; text: string }> | Readonly<{ kind: 'ended'; exact: boolean }>;
