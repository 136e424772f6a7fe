import { sleep, systemClock } from '../../../infra/clock.ts';
import { quantile } from '../../quantile.ts';
import { middle } from '../runs.ts';
import type { Measured, Order } from './child.ts';
import type { Bench } from './measure.ts';

const perSecond = 100;
const records = 2000;
/** The first ones meet a cold function and a producer that connects. */
const warmup = 200;

type Ages = Readonly<{ measured: Measured; ages: readonly number[] }>;

async function send(bench: Bench, topic: string): Promise<void> {
  const started = systemClock.monotonic();
  for (let index = 0; index < records; index++) {
    const wait = started + (index * 1000) / perSecond - systemClock.monotonic();
    if (wait > 0) await sleep(systemClock, wait);
    const value = `${performance.timeOrigin + systemClock.monotonic()}`;
    await bench.producer.send({ topic, acks: 1, messages: [{ partition: index % 4, value }] });
  }
}

async function agesOf(bench: Bench, kind: Order['kind']): Promise<Ages> {
  const topic = await bench.topic(4);
  let sending: Promise<void> | undefined;
  const measured = await bench.run({ kind, topic, records, handler: 'age' }, () => {
    sending = send(bench, topic);
  });
  await sending;
  return { measured, ages: (measured.ages ?? []).slice(warmup).sort((a, b) => a - b) };
}

const quantiles = [0.5, 0.99, 0.999, 1];

/** Both in one run, right after each other. */
type Pair = Readonly<Record<'raw' | 'ours', Ages>>;

function row(name: string, each: readonly Ages[]): string[] {
  const over = (value: (one: Ages) => number, digits: number) => middle(each.map(value), digits);
  return [
    name,
    ...quantiles.map((part) => over(({ ages }) => quantile(ages, part), 2)),
    over(({ measured }) => measured.cpuMicroseconds / 1000 / (records / perSecond), 0),
    over(({ measured }) => measured.megabytes, 0),
  ];
}

/** How many times as long each part of our ages is as that of the same run's yardstick. */
export const ratios = (pairs: readonly Readonly<Record<keyof Pair, Pick<Ages, 'ages'>>>[]): string[] =>
  quantiles.map((part) =>
    middle(
      pairs.map(({ raw, ours }) => quantile(ours.ages, part) / quantile(raw.ages, part)),
      2,
    ),
  );

/**
 * Milliseconds from `producer.send` to the first line of the handler, beside those to raw kafkajs' `eachBatch`, which has
 * no function to call, in the same run.
 */
export async function measureLatency(bench: Bench, runs: number): Promise<string[][]> {
  const pairs: Pair[] = [];
  for (let run = 1; run <= runs; run++) {
    pairs.push({ raw: await agesOf(bench, 'raw'), ours: await agesOf(bench, 'ours') });
  }
  return [
    [`${perSecond} records/s`, 'p50 ms', 'p99 ms', 'p99.9 ms', 'max ms', 'CPU ms/s', 'MB'],
    row(
      'raw kafkajs eachBatch, no function',
      pairs.map(({ raw }) => raw),
    ),
    row(
      'dispatcher',
      pairs.map(({ ours }) => ours),
    ),
    ['dispatcher, of raw', ...ratios(pairs), '', ''],
  ];
}
