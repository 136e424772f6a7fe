/** How many orders the whole pipeline finishes, on the real engines of this machine, with what each process costs. */
import type { Histogram } from 'hdr-histogram-js';
import { readSettings, type Settings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { removeNamespace } from '../../../infra/system/namespace.ts';
import { audit } from '../../audit/audit.ts';
import { type System, startSystem } from '../../start/system.ts';
import { untilArrived } from './arrived.ts';
import { costsNow, cpuPer1000 } from './cost.ts';
import { assertExact } from './exact.ts';
import { feed } from './feed.ts';
import { watchFinished } from './finished.ts';
import type { Row } from './rows.ts';

/** A row with what was measured; no order was refused and the audit was clean. */
export type Result = Row &
  Readonly<{
    /** Finished, and with their e-mails and documents where the row has them; per second since the first was placed. */
    perSecond: number;
    /** ms from placing an order on the stream to its answer, beside running functions. */
    intake: Quantiles;
    /** ms from a due moment to the transition. */
    lateness: Quantiles;
    /** By process. */
    cpuSecondsPer1000: Record<string, number>;
    residentMegabytes: Record<string, number>;
  }>;
type Quantiles = Readonly<{ p50: number; p99: number; max: number }>;

/** Before the measured orders: connections, the functions' cold starts, the just-in-time compiler. By rate: for 5 s. */
const warmUpOf = ({ rate = 600 }: Row): number => Math.min(3000, 5 * rate);
const mostMilliseconds = 180_000;

function environmentOf({ wait, metrics, email }: Row): NodeJS.ProcessEnv {
  return {
    ...process.env,
    DESPACHO_NAMESPACE: `bench-${systemClock.uuid().slice(0, 8)}.`,
    DESPACHO_WAITS: Array(5).fill(String(wait)).join(),
    DESPACHO_METRICS: String(metrics),
    DESPACHO_EMAIL: String(email),
  };
}

const quantiles = (histogram: Histogram): Quantiles => ({
  p50: histogram.getValueAtPercentile(50),
  p99: histogram.getValueAtPercentile(99),
  max: histogram.maxValue,
});

/**
 * Measures one row, on engines that are up, in a namespace of its own, which is removed afterwards.
 * @throws Error when an order was refused, or the audit is not clean
 */
export async function measure(row: Row): Promise<Result> {
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
  const warmUpOrders = warmUpOf(row);
  const all = warmUpOrders + row.orders;
  try {
    const warm = await feed(system.client, 'warm-up', warmUpOrders, row.rate && Math.min(row.rate, 500));
    await watch.until(warmUpOrders, mostMilliseconds);
    await untilArrived(settings, mostMilliseconds);
    finished.lateness.reset();
    const before = costsNow(row, system.pid);
    const fed = await feed(system.client, 'bench', row.orders, row.rate);
    await watch.until(all, mostMilliseconds);
    const endedAt = Math.max(finished.lastAt, await untilArrived(settings, mostMilliseconds));
    const after = costsNow(row, system.pid);
    assertExact({ ...row, orders: all, refused: warm.refused + fed.refused }, await audit(settings));
    return {
      ...row,
      perSecond: row.orders / ((endedAt - fed.startedAt) / 1000 - 4 * row.wait),
      intake: quantiles(fed.latency),
      lateness: quantiles(finished.lateness),
      cpuSecondsPer1000: cpuPer1000(before, after, row.orders),
      residentMegabytes: Object.fromEntries([...after].map(([name, usage]) => [name, usage.residentMegabytes])),
    };
  } finally {
    await watch.close();
  }
}
