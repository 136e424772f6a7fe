/** One measurement in a process of its own: reads a topic to its end, and prints what it took. */
import { sleep, systemClock } from '../../../infra/clock.ts';
import '../../../infra/withParent.ts';
import { existsSync, readFileSync } from 'node:fs';
import { type KafkaLogin, loginOptions } from '../../../infra/kafkajs/kafkaLogin.ts';

/** What to measure: JSON, the first argument of the process. */
export type Order = {
  /** kafkajs as it is published, or as it is mended here, or the dispatcher. */
  kind: 'raw' | 'mended' | 'ours';
  brokers: string[];
  /** How they are entered. */
  login: KafkaLogin;
  topic: string;
  group: string;
  records: number;
  handler: string;
  batchSize: number;
  /** `custom.dispatcher.defaults`. */
  extra: Record<string, unknown>;
  /** Where the function leaves its result. */
  file: string;
};
/** Printed as JSON, the last line of the output. `ages`: ms from the sending of each record to the function. */
export type Measured = {
  records: number;
  milliseconds: number;
  cpuMicroseconds: number;
  megabytes: number;
  ages?: number[];
};

/** Resident memory is asked for so often. */
const sampling = 50;

/** Loaded only where it is wanted: the mending is for the whole process. */
const kafkajs = (kind: Order['kind']) =>
  kind === 'raw' ? import('kafkajs') : import('../../../infra/kafkajs/kafkajs.ts');

async function raw({
  kind,
  brokers,
  login,
  topic,
  group,
  records,
  handler,
}: Order): Promise<Pick<Measured, 'records' | 'milliseconds' | 'ages'>> {
  const { Kafka, logLevel } = await kafkajs(kind);
  const kafka = new Kafka({ ...loginOptions(login), brokers, logLevel: logLevel.ERROR });
  const consumer = kafka.consumer({ groupId: group, maxWaitTimeInMs: 100 });
  const { promise, resolve } = Promise.withResolvers<void>();
  let [seen, first, last] = [0, 0, 0];
  const ages: number[] = [];
  consumer.on('consumer.group_join', () => process.send?.('ready'));
  await consumer.connect();
  await consumer.subscribe({ topic, fromBeginning: true });
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      first ||= systemClock.monotonic();
      seen += batch.messages.length;
      last = systemClock.monotonic();
      // What the function `age` does with them.
      if (handler === 'age') {
        for (const { value } of batch.messages) ages.push(performance.timeOrigin + last - Number(value));
      }
      if (seen >= records) resolve();
    },
  });
  await promise;
  await consumer.disconnect();
  return { records: seen, milliseconds: last - first, ages };
}

async function ours(order: Order): Promise<{ records: number; milliseconds: number }> {
  const { startDispatcher } = await import('../../../infra/dispatcher/dispatcher.ts');
  const { planOf } = await import('../../../infra/dispatcher/config/mapping.ts');
  const { brokers, topic, group, batchSize, file } = order;
  const kafka = { topic, bootstrapServers: brokers, consumerGroupId: group, batchSize, maximumBatchingWindow: 0 };
  const environment = { BENCH_RESULT: file, BENCH_RECORDS: `${order.records}` };
  const functions = { f: { handler: `functions.${order.handler}`, timeout: 60, environment, events: [{ kafka }] } };
  const plan = planOf({ functions, custom: { dispatcher: { defaults: order.extra } } }, import.meta.dirname);
  const log = { info: () => undefined, warn: console.error, error: console.error };
  const dispatcher = await startDispatcher({ ...plan, access: order.login, log });
  process.send?.('ready');
  const done = () => dispatcher.stats().mappings[`f:${topic}`]?.records ?? 0;
  let [start, first] = [0, 0];
  while (done() < order.records) {
    if (start === 0 && done() > 0) [start, first] = [systemClock.monotonic(), done()];
    await sleep(systemClock, file ? sampling : 2);
  }
  const milliseconds = systemClock.monotonic() - start;
  await dispatcher.drain(5000);
  if (!existsSync(file)) return { records: order.records - first, milliseconds };
  return JSON.parse(readFileSync(file, 'utf8'));
}

async function main(): Promise<void> {
  const order: Order = JSON.parse(process.argv[2] ?? '{}');
  let megabytes = 0;
  const watch = systemClock.every(sampling, () => {
    megabytes = Math.max(megabytes, process.memoryUsage.rss() / 1e6);
  });
  const before = process.cpuUsage();
  const result = await (order.kind === 'ours' ? ours(order) : raw(order));
  const { user, system } = process.cpuUsage(before);
  watch.cancel();
  const measured: Measured = { ...result, cpuMicroseconds: user + system, megabytes };
  process.stdout.write(`\n${JSON.stringify(measured)}\n`);
  process.exit(0);
}

await main();
