/** What happens in one run: drawn from its seed, as data, so that a part of it can be left out. */
import type { Random } from '../random.ts';
import { disturbance } from './disturbances.ts';

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

export type Disturbance =
  | Readonly<{ do: 'crash broker' | 'freeze broker' | 'break connections'; broker: number; lasts: number }>
  | Readonly<{ do: 'move leader'; partition: number; to: number }>
  | Readonly<{ do: 'move coordinator'; to: number }>
  | Readonly<{ do: 'read group anew'; members: 'kept' | 'lost' }>
  | Readonly<{ do: 'evict members' }>
  | Readonly<{ do: 'another member'; lasts: number; slowness: number; vanishes: boolean }>
  | Readonly<{ do: 'fault'; api: string; effect: string; times: number; chance: number }>
  | Readonly<{ do: 'delete records'; partition: number; share: number }>
  | Readonly<{ do: 'truncate'; partition: number; share: number }>
  | Readonly<{ do: 'compact'; partition: number; empty: boolean }>
  | Readonly<{ do: 'recreate topic'; gap: number }>
  | Readonly<{ do: 'grow topic'; by: number }>
  | Readonly<{ do: 'kill' | 'drain'; instance: number; back: number }>;

export type Append = Readonly<{
  do: 'append';
  partition: number;
  items: readonly Item[];
  compression: 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
  /** Its end comes `lasts` ms later. */
  transaction?: 'committed' | 'aborted';
  lasts: number;
}>;

export type Action = Append | Disturbance;

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
  /** Chance that a call goes wrong though its records are good, while there are faults. */
  mishap: number;
  /** With their moments, in ms. */
  actions: readonly (readonly [at: number, action: Action])[];
}>;

const windows = [0, 0, 0.05, 0.3, 1, 5] as const;

function settingOf(random: Random): Setting {
  const destination = random.happens(0.7);
  return {
    batchSize: random.one([1, 2, 5, 20, 100]),
    maximumBatchingWindow: random.one(windows),
    ordering: random.one(['partition', 'partition', 'key', 'none']),
    concurrency: random.one([1, 1, 2, 5]),
    concurrencyPerWorker: random.one([1, 1, 3]),
    pollers: random.one([1, 1, 1, 2, 4]),
    bisect: random.happens(0.4),
    partial: random.happens(0.4),
    retries: random.one([0, 1, 2, 3]),
    destination,
    filtered: random.happens(0.4),
    provisioned: random.happens(0.3),
  };
}

const failuresOf = (random: Random): Failures =>
  random.happens(0.85) ? 'never' : random.one(['always', 1, 2, 3] as const);

function itemOf(random: Random, unwanted: number, heavy: boolean): Item {
  return {
    key: random.happens(0.1) ? null : `k${random.between(0, 5)}`,
    wanted: !random.happens(unwanted),
    failures: failuresOf(random),
    shape: heavy ? 'large' : random.happens(0.9) ? 'plain' : random.one(shapes),
  };
}

function appendOf(random: Random, partitions: number, unwanted: number): Append {
  const transactional = random.happens(0.2);
  const heavy = random.happens(0.03);
  return {
    do: 'append',
    partition: random.between(0, partitions - 1),
    items: Array.from({ length: random.between(1, 12) }, () => itemOf(random, unwanted, heavy)),
    compression: random.happens(0.85) ? 'none' : random.one(['gzip', 'snappy', 'lz4', 'zstd'] as const),
    ...(transactional ? { transaction: random.one(['committed', 'aborted'] as const) } : {}),
    lasts: random.between(0, 1500),
  };
}

/** When nothing happens any more, in ms. */
export const endOf = ({ actions }: Scenario): number =>
  Math.max(0, ...actions.map(([at, action]) => at + lastsOf(action)));

/** Before and after a log goes back, ms. Who reads it has noticed after a call's end, the others' and a joining. */
const around = { before: 3000, after: 20_000, appends: 15_000 } as const;
const lastsOf = (action: Action): number => ('lasts' in action ? action.lasts : 'back' in action ? action.back : 0);
const goesBack = ({ do: what }: Action) => what === 'recreate topic' || what === 'truncate';

/**
 * A log that goes back is noticed by the next fetch, unless it is by then as long as before or its reader ends first:
 * then nobody could know. So one such event has some time for itself.
 */
function apart(actions: [number, Action][]): [number, Action][] {
  const back = actions.find(([, action]) => goesBack(action));
  if (!back) return actions.sort(([one], [other]) => one - other);
  const [at] = back;
  const clear = actions.filter((one) => {
    const [from, action] = one;
    const overlaps = from < at + around.after && from + lastsOf(action) > at - around.before;
    // A fault waits for its request, and an answer that never comes is waited for.
    const waits = action.do === 'fault' && from < at + around.after;
    return one === back || action.do === 'append' || !(overlaps || waits || goesBack(action));
  });
  const moved = clear.map(([from, action]): [number, Action] =>
    action.do === 'append' && from + action.lasts > at - around.before && from < at + around.appends
      ? [at + around.appends, action]
      : [from, action],
  );
  return moved.sort(([one], [other]) => one - other);
}

/** Records that are there before anybody reads: one run in ten begins with many of them, some with many partitions. */
const backlogs = { usual: 3, large: 60 } as const;

/** @returns the same for the same seed */
export function scenarioOf(seed: number, random: Random): Scenario {
  const wide = random.happens(0.03);
  const brokers = random.one([1, 1, 2, 3]);
  const partitions = wide ? random.between(101, 130) : random.one([1, 1, 2, 3, 5, 8]);
  const setting = settingOf(random);
  const unwanted = setting.filtered ? random.one([0.2, 0.5, 0.95]) : 0;
  const length = random.between(4, 20) * 1000;
  const appends = wide ? partitions : random.between(4, random.happens(0.1) ? backlogs.large : 16);
  const early = wide || random.happens(0.3) ? 1 : 0.3;
  const actions: [number, Action][] = [];
  for (let index = 0; index < appends; index++) {
    const at = random.happens(early) ? 0 : random.between(0, length);
    actions.push([at, appendOf(random, partitions, unwanted)]);
  }
  const instances = random.one([1, 1, 2, 3]);
  for (let left = wide ? random.between(0, 2) : random.between(0, 7); left > 0; left--) {
    const at = random.between(0, length);
    actions.push([at, disturbance(random, { brokers, partitions, instances })]);
  }
  const readers = random.one(['one', 'one', 'one', 'sharing', 'two events'] as const);
  return {
    seed,
    brokers,
    partitions,
    setting,
    readers,
    instances,
    mishap: random.one([0, 0.05, 0.2]),
    actions: apart(actions),
  };
}
