import type { Clock } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Invocations } from '../invoke/invocations.ts';
import type { Logger, MappingStats } from '../stats.ts';
import type { FailureDestination } from './failure.ts';

/** What the deliveries of one mapping share, made once for it. */
export type Surroundings = {
  mapping: Mapping;
  stats: MappingStats;
  log: Logger;
  /** Aborted when there is no more time: what is waiting to be tried again is left for the next start. */
  stop: AbortSignal;
  clock: Clock;
  invocations: Pick<Invocations, 'source' | 'functionArn' | 'invoke'>;
  /** Where failed records go; undefined where they are discarded. */
  destination: FailureDestination | undefined;
};
