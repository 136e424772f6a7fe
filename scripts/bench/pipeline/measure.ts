/** How many orders the whole pipeline finishes, on the real engines of this machine, with what each process costs. */
import { randomUUID } from 'node:crypto';
import { readSettings, type Settings } from '../../../functions/settings.ts';
import { engineGroups, type Usage, usageOf } from '../../../infra/engines/processes.ts';
import { removeNamespace } from '../../../infra/system/namespace.ts';
import { bringEnginesUp } from '../../../infra/system/parts.ts';
import { type System, startSystem } from '../../start/system.ts';
import { type Fed, feed } from './feed.ts';
import { type Finished, watchFinished } from './finished.ts';
import type { Row } from './rows.ts';

export type Result = Row &
  Readonly<{
    finishedPerSecond: number;
    refused: number;
    timerLateness: Quantiles;
    stepLateness: Quantiles;
    /** By process. */
    cpuSecondsPer1000: Record<string, number>;
    residentMegabytes: Record<string, number>;
  }>;
type Quantiles = Readonly<{ p50: number; p99: number; max: number }>;

/** Before the measured orders: connections, the functions' cold starts, the just-in-time compiler. */
const warmUpOrders = 3000;
const mostSeconds = 180;

function environmentOf({ wait, metrics, email }: Row): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DESPACHO_NAMESPACE: `bench-${randomUUID().slice(0, 8)}.`,
    DESPACHO_WAITS: Array(5).fill(String(wait)).join(),
    DESPACHO_METRICS: String(metrics),
    DESPACHO_EMAIL: String(email),
  };
}

const quantiles = ({ timerLateness: histogram }: Pick<Finished, 'timerLateness'>): Quantiles => ({
  p50: histogram.getValueAtPercentile(50),
  p99: histogram.getValueAtPercentile(99),
  max: histogram.maxValue,
});

/** Measures one row in a namespace of its own, which is removed afterwards. */
export async function measure(row: Row): Promise<Result> {
  await bringEnginesUp({ info() {}, warn: console.warn, error: console.error });
  const environment = environmentOf(row);
  const settings = readSettings(environment);
  const system = await startSystem(settings.grpcAddress, { environment });
  try {
    return await measureOn(row, system, settings);
  } finally {
    await system.stop();
    await removeNamespace(settings);
  }
}

async function measureOn(row: Row, system: System, settings: Settings): Promise<Result> {
  const watch = await watchFinished(settings);
  const { finished } = watch;
  try {
    await feed(system.client, 'warm-up', warmUpOrders, row.rate && Math.min(row.rate, 500));
    await watch.until(warmUpOrders, mostSeconds * 1000);
    finished.timerLateness.reset();
    finished.stepLateness.reset();
    const groups = new Map([...engineGroups(), ['system', system.pid] as const]);
    const before = usageOf(groups);
    const fed = await feed(system.client, 'bench', row.orders, row.rate);
    await watch.until(warmUpOrders + row.orders, mostSeconds * 1000);
    return result(row, fed, finished, before, usageOf(groups));
  } finally {
    await watch.close();
  }
}

function result(row: Row, fed: Fed, finished: Finished, before: Map<string, Usage>, after: Map<string, Usage>): Result {
  const seconds = (finished.lastAt - fed.startedAt) / 1000 - 4 * row.wait;
  const each = (value: (name: string, usage: Usage) => number) =>
    Object.fromEntries([...after].map(([name, usage]) => [name, value(name, usage)]));
  return {
    ...row,
    finishedPerSecond: row.orders / seconds,
    refused: fed.refused,
    timerLateness: quantiles(finished),
    stepLateness: quantiles({ timerLateness: finished.stepLateness }),
    cpuSecondsPer1000: each(
      (name, usage) => ((usage.cpuSeconds - (before.get(name)?.cpuSeconds ?? 0)) / row.orders) * 1000,
    ),
    residentMegabytes: each((_, usage) => usage.residentMegabytes),
  };
}
