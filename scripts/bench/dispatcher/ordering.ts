import type { Message } from 'kafkajs';
import { sleep, systemClock } from '../../../infra/clock.ts';
import { measureRuns, middle } from '../runs.ts';
import type { Measured } from './child.ts';
import { type Bench, random } from './measure.ts';

const records = 10_000;
const concurrency = 100;

/** Keys drawn with the probabilities of Zipf's law: the first is by far the most frequent. */
function zipf(keys: number, exponent: number, chance: () => number): () => number {
  const weights = Array.from({ length: keys }, (_, index) => 1 / (index + 1) ** exponent);
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return () => {
    let left = chance() * sum;
    for (const [key, weight] of weights.entries()) {
      left -= weight;
      if (left < 0) return key;
    }
    return 0;
  };
}

type Row = {
  name: string;
  ordering: string;
  keys: (chance: () => number) => () => number;
  /** A call has one record, so that keys do not wait for each other, unless all wait for all anyway. */
  batchSize?: number;
};
const uniform = (keys: number) => (chance: () => number) => () => Math.floor(chance() * keys);

const rows: Row[] = [
  { name: 'key, 100 keys', ordering: 'key', keys: uniform(100) },
  { name: 'key, 10 keys', ordering: 'key', keys: uniform(10) },
  { name: 'key, 20 keys, zipf 1.1', ordering: 'key', keys: (chance) => zipf(20, 1.1, chance) },
  { name: 'none', ordering: 'none', keys: uniform(100) },
  { name: 'partition', ordering: 'partition', keys: uniform(100), batchSize: 100 },
];

function* messages(row: Row): Generator<Message> {
  const chance = random(7);
  const key = row.keys(chance);
  for (let index = 0; index < records; index++) yield { key: `${key()}`, value: `${Math.floor(chance() * 6)}` };
}

/** The sleeps in ms of what is done one after another, side by side with the others. */
function lanesOf(row: Row): number[][] {
  const lanes = Map.groupBy([...messages(row)].entries(), ([index, { key }]) => {
    if (row.ordering === 'none') return index % concurrency;
    return row.ordering === 'key' ? key : 'all';
  });
  return [...lanes.values()].map((lane) => lane.map(([, { value }]) => Number(value)));
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, one) => sum + one, 0);

/** Seconds that no scheduler can beat: the longest lane's, or all of them at `concurrency`. */
function bound(row: Row): number {
  const lanes = lanesOf(row).map(sumOf);
  return Math.max(sumOf(lanes) / concurrency, ...(row.ordering === 'none' ? [] : lanes)) / 1000;
}

/** Seconds that the same sleeps take with timers alone, without Kafka or a dispatcher: a timer comes late. */
async function bare(row: Row): Promise<number> {
  const started = systemClock.monotonic();
  await Promise.all(
    lanesOf(row).map(async (lane) => {
      for (const milliseconds of lane) if (milliseconds > 0) await sleep(systemClock, milliseconds);
    }),
  );
  return (systemClock.monotonic() - started) / 1000;
}

/** Timers alone, and the dispatcher right after them. */
type Pair = Readonly<{ timers: number; measured: Measured }>;

const head = ['order', 'bound s', 'timers alone s', 'measured s', 'of timers alone', 'CPU s', 'MB'];

function line(row: Row, pairs: readonly Pair[]): string[] {
  const over = (value: (pair: Pair) => number, digits: number) => middle(pairs.map(value), digits);
  return [
    row.name,
    bound(row).toFixed(2),
    over(({ timers }) => timers, 2),
    over(({ measured }) => measured.milliseconds / 1000, 2),
    over(({ timers, measured }) => measured.milliseconds / 1000 / timers, 2),
    over(({ measured }) => measured.cpuMicroseconds / 1e6, 1),
    over(({ measured }) => measured.megabytes, 0),
  ];
}

async function measurePair(bench: Bench, row: Row): Promise<Pair> {
  const topic = await bench.topic(1, messages(row));
  const timers = await bare(row);
  const measured = await bench.run({
    kind: 'ours',
    topic,
    records,
    handler: 'sleep',
    batchSize: row.batchSize ?? 1,
    extra: { ordering: row.ordering, concurrency, concurrencyPerWorker: concurrency, maximumRetryAttempts: 3 },
  });
  return { timers, measured };
}

/** One partition, 10,000 records that sleep 0 to 5 ms, 100 at once: seconds from the first start to the last end. */
export async function measureOrdering(bench: Bench, runs: number): Promise<string[][]> {
  const measured = await measureRuns(rows, runs, (row) => measurePair(bench, row));
  return [head, ...[...measured].map(([row, pairs]) => line(row, pairs))];
}
