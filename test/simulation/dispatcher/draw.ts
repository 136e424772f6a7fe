/** Draws a scenario from its seed. */
import type { Random } from '../../../infra/simulation/random.ts';
import { apart } from './apart.ts';
import { disturbancesOf } from './disturbances.ts';
import { restlessOf, restlessSetting } from './restless.ts';
import {
  type Action,
  type Append,
  type Failures,
  goesBack,
  type Item,
  type Scenario,
  type Setting,
  shapes,
} from './scenario.ts';
import { groupsOf } from './service.ts';

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

const failuresOf = (random: Random, failing: number): Failures =>
  random.happens(failing) ? random.one(['always', 1, 2, 3] as const) : 'never';

/** What the appends of a run have in common: shares of their records, and records in each at most. */
type Kind = Readonly<{ unwanted: number; transactional: number; failing: number; most: number }>;

function appendOf(random: Random, partition: number, { unwanted, transactional, failing, most }: Kind): Append {
  // Of large records that fail together the letters are too large for one request.
  const heavy = random.happens(failing / 3);
  const doomed = random.happens(heavy ? 0.7 : failing / 8);
  const itemOf = (): Item => ({
    key: random.happens(0.1) ? null : `k${random.between(0, 5)}`,
    wanted: !random.happens(unwanted),
    failures: doomed ? 'always' : failuresOf(random, failing),
    shape: heavy ? 'large' : random.happens(0.9) ? 'plain' : random.one(shapes),
  });
  const transaction = random.happens(transactional) ? random.one(['committed', 'aborted'] as const) : undefined;
  return {
    kind: 'append',
    partition,
    items: Array.from({ length: random.between(heavy ? Math.ceil(most / 2) : 1, most) }, itemOf),
    compression: random.happens(0.85) ? 'none' : random.one(['gzip', 'snappy', 'lz4', 'zstd'] as const),
    ...(transaction && { transaction }),
    lasts: random.between(0, transactional > usual.transactional ? 4000 : 1500),
  };
}

/** Records that are there before anybody reads: one run in ten begins with many of them. */
const backlogs = { usual: 16, large: 60 } as const;
/** Share of the appends that are transactions; in one run of six there are many, which overlap. */
const usual = { transactional: 0.2 } as const;
const many = { transactional: 0.7 } as const;

type Sizes = Readonly<{ partitions: number; length: number }>;

/** ms before a disturbance in which half of what is written is: it meets who has work. */
const shortlyBefore = 1000;

/** @param moments of disturbances */
function appendsOf(
  random: Random,
  { partitions, length }: Sizes,
  kind: Kind,
  moments: readonly number[],
): [number, Action][] {
  const momentOf = () =>
    moments.length > 0 && random.happens(0.5)
      ? Math.max(0, random.one(moments) - random.between(0, shortlyBefore))
      : random.between(0, length);
  const count = random.between(4, random.happens(0.1) ? backlogs.large : backlogs.usual);
  const early = random.happens(0.3) ? 1 : 0.3;
  return Array.from({ length: count }, () => {
    const at = random.happens(early) ? 0 : momentOf();
    return [at, appendOf(random, random.between(0, partitions - 1), kind)];
  });
}

/** Appends to each partition. */
const rounds = 25;

/** More partitions than kafkajs hands on side by side, all of which are written to while it becomes known where to read. */
function wideOf(random: Random, { partitions }: Sizes, kind: Kind): [number, Action][] {
  const late = random.between(30, 150);
  const delay = { kind: 'delay', api: 'ListOffsets', of: 'answer', milliseconds: late, times: 4, chance: 0.5 } as const;
  const pause = random.between(20, 40);
  const appends = Array.from({ length: rounds }, (_, round) =>
    Array.from({ length: partitions }, (_, partition): [number, Action] => [
      round * pause + random.between(0, pause),
      appendOf(random, partition, kind),
    ]),
  ).flat();
  return [[0, delay], ...appends];
}

/** Of every hundred runs. */
const shares = { wide: 4, restless: 15 } as const;

const sortOf = (random: Random): keyof typeof shares | 'usual' => {
  const drawn = random.between(1, 100);
  if (drawn <= shares.wide) return 'wide';
  return drawn <= shares.wide + shares.restless ? 'restless' : 'usual';
};

/** @returns the same for the same seed */
export function scenarioOf(seed: number, random: Random): Scenario {
  const sort = sortOf(random);
  const [wide, restless] = [sort === 'wide', sort === 'restless'];
  const brokers = restless ? 3 : random.one([1, 1, 2, 3]);
  const partitions = wide ? random.between(101, 130) : random.one(restless ? [3, 5, 8] : [1, 1, 2, 3, 5, 8]);
  // So much is read in time only in large batches, and kafkajs rests between two fetches only where a window is.
  const setting = {
    ...settingOf(random),
    ...(wide ? { batchSize: 100, concurrency: 5, pollers: 1, maximumBatchingWindow: random.one([0.05, 0.5]) } : {}),
    ...(restless ? restlessSetting(random) : {}),
  };
  // Of two events of a function a call does not tell which it is for.
  const readers = random.one(
    restless ? (['one', 'one', 'sharing'] as const) : (['one', 'one', 'one', 'sharing', 'two events'] as const),
  );
  const kind = {
    unwanted: setting.filtered ? random.one([0.2, 0.5, 0.95]) : 0,
    transactional: random.happens(1 / 6) ? many.transactional : usual.transactional,
    ...(wide ? { transactional: 0, failing: 0.01, most: 1 } : { failing: 0.15, most: 12 }),
  };
  const sizes = { partitions, length: random.between(4, restless ? 8 : 20) * 1000 };
  const instances = wide ? 1 : random.one([1, 1, 2, 3]);
  const groups = groupsOf({ setting, readers });
  const size = { brokers, partitions, instances, groups };
  const drawn = (): [number, Action][] => {
    if (restless)
      return restlessOf(random, { ...sizes, brokers }, (at) => appendOf(random, at, { ...kind, failing: 0.02 }));
    const disturbances = disturbancesOf(random, size, random.between(0, wide ? 2 : 7), sizes.length);
    const moments = disturbances.map(([at]) => at);
    return [...disturbances, ...(wide ? wideOf(random, sizes, kind) : appendsOf(random, sizes, kind, moments))];
  };
  const held = random.one([undefined, undefined, { bytes: 4000, records: 8 }, { bytes: 200_000, records: 40 }]);
  const mishap = wide ? 0 : random.one([0, 0.05, 0.2]);
  const actions = apart(drawn());
  // Who holds so much that it fetches no more cannot notice that a log went back.
  const limited = held && !actions.some(([, action]) => goesBack(action));
  return {
    seed,
    brokers,
    partitions,
    setting,
    readers,
    instances,
    ...(limited && { held }),
    mishap,
    takes: random.one(restless ? [300] : [30, 30, 300]),
    actions,
    last: random.happens(0.5)
      ? [appendOf(random, random.between(0, partitions - 1), { ...kind, transactional: 0 })]
      : [],
  };
}
