/** How many orders the whole pipeline finishes, on the real engines of this machine, with what each process costs. */
import type { Histogram } from 'hdr-histogram-js';
import type { Admin } from 'kafkajs';
import { documentsTopic } from '../../../functions/metrics/topics.ts';
import { eventsTopic } from '../../../functions/orders/topics.ts';
import { readSettings, type Settings } from '../../../functions/settings.ts';
import { sleep, systemClock } from '../../../infra/clock.ts';
import { connectKafka, withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';
import { removeNamespace } from '../../../infra/system/namespace.ts';
import { audit } from '../../audit/audit.ts';
import { type System, startSystem } from '../../start/system.ts';
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
 * @param more variables of the system's process
 * @throws Error when an order was refused, or the audit is not clean
 */
export async function measure(row: Row, more: NodeJS.ProcessEnv = {}): Promise<Result> {
  const environment = { ...environmentOf(row), ...more };
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

/** Records of `topic` that the group `group` has not done (both without the namespace). */
async function waitingFor(admin: Admin, namespace: string, topic: string, group: string): Promise<number> {
  const ends = await admin.fetchTopicOffsets(namespace + topic);
  const [known] = await admin.fetchOffsets({ groupId: namespace + group, topics: [namespace + topic] });
  const done = new Map(known?.partitions.map(({ partition, offset }) => [partition, Math.max(0, Number(offset))]));
  return ends.reduce((sum, { partition, high }) => sum + Number(high) - (done.get(partition) ?? 0), 0);
}

/**
 * Resolves when what follows the events has arrived, too: first every e-mail, then every document, those of the e-mails
 * among them.
 * @returns ms since 1970, to within a tenth of a second; 0 where neither is asked for
 * @throws after `milliseconds`, naming what still waits
 */
async function untilArrived(settings: Settings, milliseconds: number): Promise<number> {
  const { namespace, email, metrics } = settings;
  const follow = [
    ...(email ? [{ topic: eventsTopic, group: 'notify', what: 'events wait for their e-mail' }] : []),
    ...(metrics ? [{ topic: documentsTopic, group: 'index', what: 'documents wait for Elasticsearch' }] : []),
  ];
  if (follow.length === 0) return 0;
  const deadline = systemClock.now() + milliseconds;
  await withAdmin(connectKafka(settings, 'despacho-bench', 'answersSoon'), async (admin) => {
    for (const { topic, group, what } of follow) {
      for (;;) {
        const waiting = await waitingFor(admin, namespace, topic, group);
        if (waiting === 0) break;
        if (systemClock.now() > deadline) throw new Error(`${waiting} ${what} after ${milliseconds} ms`);
        await sleep(systemClock, 100);
      }
    }
  });
  return systemClock.now();
}
