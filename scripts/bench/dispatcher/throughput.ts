import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '../../../infra/clock.ts';
import type { Measured } from './child.ts';
import { implementations, writeService } from './implementations.ts';
import type { Bench } from './measure.ts';

const partitions = 4;
const value = Buffer.alloc(200, 'x');
/** One record a call is slow for everybody: fewer of them say the same. */
const singles = 40_000;
/** A reader that takes longer than this has lost records, or will never end. */
const limit = 120_000;

function* messages(count: number) {
  for (let index = 0; index < count; index++) yield { partition: index % partitions, value };
}

/** As AWS does it: one invocation at a time for each partition. */
const perPartition = { concurrency: partitions };
const oneWorker = { concurrency: partitions, concurrencyPerWorker: partitions };

/** @param raw records per second of raw kafkajs, which the fourth cell compares with */
export const row = (name: string, batch: string, measured: Measured, raw: number): string[] => {
  // Nothing was measured of what did not run: it is not slow, it is not known.
  if (measured.records === 0) return [name, batch, 'did not run', '', '', ''];
  const rate = (measured.records / measured.milliseconds) * 1000;
  return [
    name,
    batch,
    Math.round(rate).toLocaleString('en'),
    (rate / raw).toFixed(2),
    measured.cpuMicroseconds ? (measured.cpuMicroseconds / measured.records).toFixed(1) : '-',
    measured.megabytes ? measured.megabytes.toFixed(0) : '-',
  ];
};

/** Records per second of a topic that is there already, side by side, and what a record costs. */
export async function measureThroughput(bench: Bench, records: number): Promise<string[][]> {
  const table = [['reader', 'batch', 'records/s', 'of raw', 'CPU µs/record', 'MB']];
  const many = await bench.topic(partitions, messages(records));
  const few = await bench.topic(partitions, messages(singles));
  const best = await bestOfTwo(bench, { kind: 'raw', topic: many, records });
  const raw = (best.records / best.milliseconds) * 1000;
  table.push(row('raw kafkajs eachBatch, no function', '-', best, raw));
  const mended = await bestOfTwo(bench, { kind: 'mended', topic: many, records });
  table.push(row('the same, with kafkajs as it is mended here', '-', mended, raw));
  for (const batchSize of [1, 100, 1000]) {
    const [topic, count] = batchSize === 1 ? [few, singles] : [many, records];
    for (const [name, extra] of Object.entries({
      'one in flight': {},
      'four in flight, a worker each': perPartition,
      'four in flight in one worker': oneWorker,
    })) {
      const order = { kind: 'ours' as const, topic, records: count, batchSize, extra, file: '' };
      table.push(row(`dispatcher, ${name}`, `${batchSize}`, await bench.run(order), raw));
    }
    table.push(
      row(
        '@gabrielgollo/serverless-offline-kafka',
        `${batchSize}`,
        await measurePublished(bench, topic, count, batchSize),
        raw,
      ),
    );
  }
  return table;
}

async function bestOfTwo(bench: Bench, order: Parameters<Bench['run']>[0]): Promise<Measured> {
  const [first, second] = [await bench.run(order), await bench.run(order)];
  return first.milliseconds < second.milliseconds ? first : second;
}

async function measurePublished(bench: Bench, topic: string, records: number, batchSize: number): Promise<Measured> {
  const group = bench.name();
  const folder = join(bench.folder, group);
  const file = join(folder, 'result.json');
  const { published } = implementations;
  mkdirSync(folder);
  copyFileSync(join(import.meta.dirname, 'functions.mjs'), join(folder, 'functions.mjs'));
  const accessConfigurations = { vpcSubnet: ['subnet-0123456789'], vpcSecurityGroup: ['sg-0123456789'] };
  const kafka = {
    topic,
    bootstrapServers: [...bench.place.kafkaBrokers],
    consumerGroupId: group,
    startingPosition: 'TRIM_HORIZON',
    batchSize,
    accessConfigurations,
  };
  const environment = { BENCH_RESULT: file, BENCH_RECORDS: `${records}` };
  const service = {
    service: 'bench',
    configValidationMode: 'warn',
    provider: { name: 'aws', runtime: 'nodejs22.x', region: 'us-east-1', timeout: 60 },
    functions: { f: { handler: 'functions.nothing', environment, events: [{ kafka }] } },
    custom: {},
  };
  writeService(folder, service, published, bench.place.access.kafka);
  const running = await published.start(folder);
  const deadline = systemClock.monotonic() + limit;
  while (!existsSync(file) && systemClock.monotonic() < deadline) await sleep(systemClock, 50);
  await running.kill();
  const result = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : { records: 0, milliseconds: limit };
  return { ...result, cpuMicroseconds: 0, megabytes: 0 };
}
