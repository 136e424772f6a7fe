/** How often a function is told that a record was delivered to it, and how many retries that takes from the mapping's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import type { Custom, Outcome } from '../invoke/invocation.ts';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import { newStats } from '../stats.ts';
import { Attempts } from './attempts.ts';
import type { Failed } from './failure.ts';
import { Outcomes } from './outcome.ts';
import { Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

const kafka = { topic: 't', bootstrapServers: ['b:1'], onFailureDestination: 'kafka://t.dead' };
const functions = { f: { handler: 'attempts.handler', events: [{ kafka }] } };
const [common] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];
const mapping: Mapping = { ...common, bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 };

/** Nothing waits here: the pauses between attempts are over in the next turn. */
const hasty: Clock = { ...systemClock, after: (_, call) => systemClock.after(0, call) };

type Told = Pick<Custom, 'attempt' | 'retries'> & { offsets: number[] };

type Given = {
  settings?: Partial<Mapping>;
  /** One for each record of the batch. */
  timestamps?: readonly number[];
  invoke(offsets: number[]): Promise<Outcome>;
  store?: (failed: Failed, permits: Permits) => Promise<unknown>;
};

const done: Outcome = { kind: 'answer', json: undefined };
const failed: Outcome = { kind: 'fault', fault: { name: 'Error', message: 'bad' } };
const naming = (...offsets: number[]): Outcome => {
  const batchItemFailures = offsets.map((offset) => ({ itemIdentifier: { partition: 't-0', offset } }));
  return { kind: 'answer', json: JSON.stringify({ batchItemFailures }) };
};

/** Delivers a batch, four records unless said. */
async function deliver({ settings, timestamps = [0, 0, 0, 0], invoke, store }: Given) {
  const told: Told[] = [];
  const dead: Failed[] = [];
  const said: string[] = [];
  const stats = newStats();
  const permits = new Permits(1);
  const surroundings: Surroundings = {
    mapping: { ...mapping, ...settings },
    stats,
    log: { info: () => undefined, warn: () => undefined, error: (message) => void said.push(message) },
    stop: new AbortController().signal,
    clock: hasty,
    invocations: {
      source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: 't' },
      functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
      async invoke(records, { attempt, retries }) {
        const offsets = records.map(({ offset }) => offset);
        told.push({ offsets, attempt, retries });
        return invoke(offsets);
      },
    },
    destination: {
      name: 't.dead',
      async store(given) {
        await store?.(given, permits);
        dead.push(given);
        return given.records;
      },
    },
  };
  const partition = partitionAt(0, { clock: hasty });
  const records = timestamps.map((timestamp, offset) => ({ ...recordAt(partition, offset), timestamp }));
  for (const record of records) partition.add(record);
  permits.tryAcquire();
  await new Attempts(surroundings, new Outcomes(surroundings), permits, () => undefined).run(records);
  assert.ok(
    records.every((record) => record.done),
    'a record was abandoned',
  );
  const letters = dead.map(({ records: some, attempts }) => [some.map(({ offset }) => offset), attempts]);
  return { told, dead, letters, said, stats };
}

test('a record that comes again since its batch was split is told as tried again, and has all its retries left', async () => {
  const { told, letters, stats } = await deliver({
    invoke: async (offsets) => (offsets.includes(2) ? failed : done),
  });
  assert.deepEqual(told, [
    { offsets: [0, 1, 2, 3], attempt: 1, retries: 0 },
    { offsets: [0, 1], attempt: 2, retries: 0 },
    { offsets: [2, 3], attempt: 2, retries: 0 },
    { offsets: [2], attempt: 3, retries: 0 },
    { offsets: [2], attempt: 4, retries: 1 },
    { offsets: [3], attempt: 3, retries: 0 },
  ]);
  assert.deepEqual(letters, [[[2], 4]]);
  assert.deepEqual([stats.invocations, stats.failures, stats.retries], [6, 4, 5]);
  assert.deepEqual([stats.invokedRecords, stats.failedRecords], [11, 8]);
});

test('whatever is thrown on the way is a fault of that batch, and abandons nothing', async () => {
  let calls = 0;
  const invoke = async () => {
    if (++calls === 1) throw new TypeError('in the invoker');
    return done;
  };
  const { told } = await deliver({ settings: { bisectBatchOnFunctionError: false }, invoke });
  assert.deepEqual(
    told.map(({ attempt }) => attempt),
    [1, 2],
  );
});

test('a fault in giving records up is told, and they are given up again', async () => {
  let stores = 0;
  const store = async () => {
    if (++stores === 1) throw new Error('the broker is away');
  };
  const { letters, said } = await deliver({
    settings: { maximumRetryAttempts: 0 },
    timestamps: [0],
    invoke: async () => failed,
    store,
  });
  assert.deepEqual(letters, [[[0], 1]]);
  assert.match(said.join(), /could not be written to t\.dead, trying again: Error: the broker is away/);
});

test('a dead letter that has to wait leaves its place to others', async () => {
  const store = async (_: Failed, permits: Permits) => {
    while (!permits.tryAcquire()) await turn();
    permits.release();
  };
  await deliver({ settings: { maximumRetryAttempts: 0 }, timestamps: [0], invoke: async () => failed, store });
});

const partial: Partial<Mapping> = { reportBatchItemFailures: true, maximumRetryAttempts: 1 };

test('a partial answer has the named records tried again, and given up in the end; the others are done', async () => {
  const invoke = async (offsets: number[]) => naming(...offsets.filter((offset) => offset === 0 || offset === 2));
  const { told, letters } = await deliver({ settings: partial, invoke });
  assert.deepEqual(
    told.map(({ offsets }) => offsets),
    [
      [0, 1, 2, 3],
      [0, 2],
    ],
  );
  assert.deepEqual(letters, [[[0, 2], 2]]);
});

test('read as for Kinesis, what only follows a record that is given up is not given up with it', async () => {
  const invoke = async (offsets: number[]) => (offsets.includes(1) ? naming(1) : done);
  const { told, letters } = await deliver({ settings: { ...partial, partialRetry: 'fromLowest' }, invoke });
  assert.deepEqual(
    told.map(({ offsets }) => offsets),
    [
      [0, 1, 2, 3],
      [1, 2, 3],
      [2, 3],
    ],
  );
  assert.deepEqual(letters, [[[1], 2]]);
});

test('an answer that is no JSON fails the batch', async () => {
  let calls = 0;
  const invoke = async (): Promise<Outcome> => (++calls === 1 ? { kind: 'answer', json: 'ok' } : naming());
  const { told } = await deliver({ settings: { ...partial, bisectBatchOnFunctionError: false }, invoke });
  assert.deepEqual(
    told.map(({ offsets }) => offsets),
    [
      [0, 1, 2, 3],
      [0, 1, 2, 3],
    ],
  );
});

test('a record without a time is of no age', async () => {
  const old = systemClock.now() - 3_600_000;
  const settings = { maximumRecordAgeInSeconds: 60 };
  const { told, dead } = await deliver({ settings, timestamps: [-1, old], invoke: async () => done });
  assert.deepEqual(
    [told.map(({ offsets }) => offsets), dead.map(({ condition }) => condition)],
    [[[0]], ['RecordAgeExceeded']],
  );
});
