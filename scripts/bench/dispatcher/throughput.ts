import { copyFileSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sleep, systemClock } from '../../../infra/clock.ts';
import { measureRuns, middle } from '../runs.ts';
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

const rate = ({ records, milliseconds }: Measured): number => (records / milliseconds) * 1000;

/** Who reads, in calls of how many records. */
type Reader = Readonly<{ name: string; batch: number; measure: () => Promise<Measured> }>;

/** @param raw what raw kafkajs gave in the same runs, which the fourth cell compares with */
export function line(
  { name, batch }: Omit<Reader, 'measure'>,
  each: readonly Measured[],
  raw: readonly Measured[],
): string[] {
  const cells = [name, batch > 0 ? `${batch}` : '-'];
  // Nothing was measured of what did not run: it is not slow, it is not known.
  if (each.some(({ records }) => records === 0)) return [...cells, 'did not run', '', '', ''];
  const over = (values: readonly number[], digits: number) =>
    values.some(Number.isNaN) ? '-' : middle(values, digits);
  return [
    ...cells,
    over(each.map(rate), 0),
    over(
      each.map((one, run) => rate(one) / (raw[run] ? rate(raw[run]) : Number.NaN)),
      2,
    ),
    over(
      each.map(({ cpuMicroseconds, records }) => cpuMicroseconds / records),
      1,
    ),
    over(
      each.map(({ megabytes }) => megabytes),
      0,
    ),
  ];
}

const inFlight = {
  'one in flight': {},
  'four in flight, a worker each': perPartition,
  'four in flight in one worker': oneWorker,
};

/** Raw kafkajs first. */
async function readersOf(bench: Bench, records: number): Promise<Reader[]> {
  const many = await bench.topic(partitions, messages(records));
  const few = await bench.topic(partitions, messages(singles));
  const raw = (kind: 'raw' | 'mended') => () => bench.run({ kind, topic: many, records });
  const readers: Reader[] = [
    { name: 'raw kafkajs eachBatch, no function', batch: 0, measure: raw('raw') },
    { name: 'the same, with kafkajs as it is mended here', batch: 0, measure: raw('mended') },
  ];
  for (const batch of [1, 100, 1000]) {
    const read = batch === 1 ? { topic: few, records: singles } : { topic: many, records };
    for (const [name, extra] of Object.entries(inFlight)) {
      const measure = () => bench.run({ kind: 'ours', ...read, batchSize: batch, extra, file: '' });
      readers.push({ name: `dispatcher, ${name}`, batch, measure });
    }
    const measure = () => measurePublished(bench, read, batch);
    readers.push({ name: '@gabrielgollo/serverless-offline-kafka', batch, measure });
  }
  return readers;
}

/** Records per second of a topic that is there already, side by side, and what a record costs. */
export async function measureThroughput(bench: Bench, records: number, runs: number): Promise<string[][]> {
  const measured = await measureRuns(await readersOf(bench, records), runs, ({ measure }) => measure());
  const [raw = []] = measured.values();
  const head = ['reader', 'batch', 'records/s', 'of raw', 'CPU µs/record', 'MB'];
  return [head, ...[...measured].map(([reader, each]) => line(reader, each, raw))];
}

async function measurePublished(
  bench: Bench,
  { topic, records }: Readonly<{ topic: string; records: number }>,
  batchSize: number,
): Promise<Measured> {
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
  return { ...result, cpuMicroseconds: Number.NaN, megabytes: Number.NaN };
}
