/** What happens in one run, as data, so that a part of it can be left out. */
import type { Deed } from '../disturbances/disturbance.ts';

/** How often the function fails a record: never, so many times at first, or always. */
export type Failures = 'never' | 'always' | number;

/** What a record looks like, beside a value that says whether it is wanted. */
export const shapes = ['plain', 'tombstone', 'inherited header', 'deep', 'int32 key', 'no time', 'large'] as const;

export type Item = Readonly<{
  key: string | null;
  /** Whether the filter of the mapping wants it, if there is one. */
  wanted: boolean;
  failures: Failures;
  shape: (typeof shapes)[number];
}>;

export type Append = Readonly<{
  kind: 'append';
  partition: number;
  items: readonly Item[];
  compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Its end comes `lasts` ms later. */
  transaction?: 'committed' | 'aborted';
  lasts: number;
}>;

/** A dispatcher is ended, and started again so many ms later. */
export type Ending = Readonly<{ kind: 'kill' | 'drain'; instance: number; back: number }>;

export type Action = Append | Ending | Deed;

/** As they stand in serverless.yml, as far as they differ from run to run. */
export type Setting = Readonly<{
  batchSize: number;
  maximumBatchingWindow: number;
  ordering: 'partition' | 'key' | 'none';
  concurrency: number;
  concurrencyPerWorker: number;
  pollers: number;
  bisect: boolean;
  partial: boolean;
  retries: number;
  destination: boolean;
  filtered: boolean;
  provisioned: boolean;
}>;

export type Scenario = Readonly<{
  seed: number;
  brokers: number;
  partitions: number;
  setting: Setting;
  /**
   * Who reads the topic: one function; two that share a worker thread, each in a group of its own; or one function by two
   * events, each of which wants half of the records.
   */
  readers: 'one' | 'sharing' | 'two events';
  instances: number;
  /** Of a partition that a dispatcher holds at most before it fetches no more; the usual unless told. */
  held?: Readonly<{ bytes: number; records: number }>;
  /** Chance that a call goes wrong though its records are good, while there are faults. */
  mishap: number;
  /** ms that a call takes at most, as a rule. */
  takes: number;
  /** With their moments, in ms. */
  actions: readonly (readonly [at: number, action: Action])[];
  /** Written when all else is done and the dispatchers are about to be ended: they end amid work. */
  last: readonly Append[];
}>;

/** ms until it is over. */
export const lastsOf = (action: Action): number => {
  if ('lasts' in action) return action.lasts;
  if ('back' in action) return action.back;
  return 'after' in action ? action.after : 0;
};

export const goesBack = ({ kind }: Action): boolean => kind === 'recreate' || kind === 'truncate';

/** ms in which who reads a log has noticed that it went back: after a call's end, the others' and a joining. */
export const noticed = 15_000;

/** When nothing happens any more, in ms. */
export const endOf = ({ actions }: Scenario): number =>
  Math.max(0, ...actions.map(([at, action]) => at + lastsOf(action) + (goesBack(action) ? noticed : 0)));
