import type { Message } from 'kafkajs';
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

type Row = { name: string; ordering: string; keys: (chance: () => number) => () => number; target: number };
const uniform = (keys: number) => (chance: () => number) => () => Math.floor(chance() * keys);

const rows: Row[] = [
  { name: 'key, 100 keys', ordering: 'key', keys: uniform(100), target: 0.6 },
  { name: 'key, 10 keys', ordering: 'key', keys: uniform(10), target: 3.2 },
  { name: 'key, 20 keys, zipf 1.1', ordering: 'key', keys: (chance) => zipf(20, 1.1, chance), target: 9 },
  { name: 'none', ordering: 'none', keys: uniform(100), target: 0.63 },
  { name: 'partition', ordering: 'partition', keys: uniform(100), target: 27.5 },
];

function* messages(row: Row): Generator<Message> {
  const chance = random(7);
  const key = row.keys(chance);
  for (let index = 0; index < records; index++) yield { key: `${key()}`, value: `${Math.floor(chance() * 6)}` };
}

/** How long the longest lane sleeps in all: what no scheduler can beat. */
function bound(row: Row): number {
  const lanes = new Map<unknown, number>();
  let sum = 0;
  for (const { key, value } of messages(row)) {
    const lane = row.ordering === 'key' ? key : 'all';
    lanes.set(lane, (lanes.get(lane) ?? 0) + Number(value));
    sum += Number(value);
  }
  return (row.ordering === 'none' ? sum / concurrency : Math.max(sum / concurrency, ...lanes.values())) / 1000;
}

/** One partition, 10,000 records that sleep 0 to 5 ms, 100 at once: seconds from the first start to the last end. */
export async function measureOrdering(bench: Bench): Promise<string[][]> {
  const table = [['order', 'bound s', 'measured s', 'aim s', 'CPU s', 'MB']];
  for (const row of rows) {
    const topic = await bench.topic(1, messages(row));
    const extra = { ordering: row.ordering, concurrency, concurrencyPerWorker: concurrency, maximumRetryAttempts: 3 };
    const { milliseconds, cpuMicroseconds, megabytes } = await bench.run({
      kind: 'ours',
      topic,
      records,
      handler: 'sleep',
      extra,
    });
    table.push([
      row.name,
      bound(row).toFixed(2),
      (milliseconds / 1000).toFixed(2),
      `${row.target}`,
      (cpuMicroseconds / 1e6).toFixed(1),
      megabytes.toFixed(0),
    ]);
  }
  return table;
}
