/** Runs the sketch that the rows are measured by, on the same engines, with orders of the same kind. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { readSettings, type Settings } from '../../../functions/settings.ts';
import { systemClock } from '../../../infra/clock.ts';
import { connectKafka, withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../../infra/kafkajs/kafkajs.ts';
import { removeNamespace } from '../../../infra/system/namespace.ts';
import { syntheticOrder } from '../../load/payloads.ts';
import { costsNow, cpuPer1000 } from './cost.ts';

/** Orders that the sketch finished per second, and CPU seconds per 1,000 orders by process. */
export type Yardstick = Readonly<{ perSecond: number; cpuSecondsPer1000: Record<string, number> }>;

const engines = { metrics: false, email: false };
const warmUpOrders = 3000;
const mostMilliseconds = 120_000;
const atOnce = 1000;

/** @param orders how many are measured, after 3,000 for the start */
export async function measureYardstick(orders: number): Promise<Yardstick> {
  const namespace = `bench-${systemClock.uuid().slice(0, 8)}.`;
  const environment = { ...process.env, DESPACHO_NAMESPACE: namespace };
  const settings = readSettings(environment);
  const topics = ['0', '1', '2', '3', '4', 'events'].map((name) => ({ topic: namespace + name, numPartitions: 4 }));
  await withAdmin(connectKafka(settings, 'despacho-bench', 'answersSoon'), (admin) =>
    createServedTopics(admin, topics),
  );
  const file = fileURLToPath(new URL('sketch.ts', import.meta.url));
  // A group of its own, by which its cost is counted; it ends with this process.
  const child = fork(file, [], { detached: true, env: environment });
  try {
    await once(child, 'message');
    return await measureOn(settings, child, orders);
  } finally {
    if (child.exitCode === null && child.signalCode === null) {
      child.kill('SIGKILL');
      await once(child, 'exit');
    }
    await removeNamespace(settings);
  }
}

async function measureOn(settings: Settings, child: ReturnType<typeof fork>, orders: number): Promise<Yardstick> {
  const producer = connectKafka(settings, 'despacho-bench', 'answersSoon').producer();
  await producer.connect();
  let [placed, finished, target] = [0, 0, 0];
  let reached = Promise.withResolvers<void>();
  child.on('message', (count: number) => {
    finished += count;
    if (finished >= target) reached.resolve();
  });
  child.once('exit', () => reached.reject(new Error('The sketch has ended')));
  const patience = systemClock.after(mostMilliseconds, () => reached.reject(new Error('The sketch takes too long')));
  const finish = async (count: number) => {
    target += count;
    reached = Promise.withResolvers();
    for (let first = 0; first < count; first += atOnce) {
      const messages = Array.from({ length: Math.min(atOnce, count - first) }, () => {
        const orderId = String(placed++);
        return { key: orderId, value: JSON.stringify({ orderId, ...syntheticOrder(1, placed) }) };
      });
      await producer.send({ topic: `${settings.namespace}0`, messages });
    }
    await reached.promise;
  };
  try {
    await finish(warmUpOrders);
    const before = costsNow(engines, child.pid ?? 0);
    const start = systemClock.monotonic();
    await finish(orders);
    const perSecond = (orders / (systemClock.monotonic() - start)) * 1000;
    return { perSecond, cpuSecondsPer1000: cpuPer1000(before, costsNow(engines, child.pid ?? 0), orders) };
  } finally {
    patience.cancel();
    await producer.disconnect();
  }
}
