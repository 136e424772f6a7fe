/** How often a function is told that a record was delivered to it, and how many retries that takes from the mapping's. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Clock, systemClock } from '../../clock.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import type { Custom } from '../invoke/invocation.ts';
import { partitionAt, recordAt } from '../record/record.trial.ts';
import { newStats } from '../stats.ts';
import { Attempts } from './attempts.ts';
import type { Failed } from './deadLetters.ts';
import { Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

const kafka = { topic: 't', bootstrapServers: ['b:1'], onFailureDestination: 'kafka://t.dead' };
const functions = { f: { handler: 'attempts.test.handler', events: [{ kafka }] } };
const [common] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];
const mapping: Mapping = { ...common, bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 };

/** Nothing waits here: the pauses between attempts are over in the next turn. */
const hasty: Clock = { ...systemClock, after: (_, call) => systemClock.after(0, call) };

type Told = Pick<Custom, 'attempt' | 'retries'> & { offsets: number[] };

/** Delivers a batch of so many records, of which one fails whatever it is delivered with. */
async function deliver(count: number, bad: number) {
  const told: Told[] = [];
  const dead: Failed[] = [];
  const stats = newStats();
  const surroundings: Surroundings = {
    mapping,
    stats,
    log: { info: () => undefined, warn: () => undefined, error: (message) => assert.fail(message) },
    stop: new AbortController().signal,
    clock: hasty,
    invocations: {
      source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: 't' },
      async invoke(records, { attempt, retries }) {
        const offsets = records.map(({ offset }) => offset);
        told.push({ offsets, attempt, retries });
        if (!offsets.includes(bad)) return { kind: 'answer', json: undefined };
        return { kind: 'fault', fault: { name: 'Error', message: 'bad' } };
      },
    },
    deadLetters: { store: async (failed) => void dead.push(failed) },
  };
  const partition = partitionAt(0, { clock: hasty });
  const records = Array.from({ length: count }, (_, offset) => recordAt(partition, offset));
  for (const record of records) partition.add(record);
  const permits = new Permits(1);
  permits.tryAcquire();
  await new Attempts(surroundings, permits, () => undefined).run(records);
  return { told, dead, stats };
}

test('a record that comes again since its batch was split is told as tried again, and has all its retries left', async () => {
  const { told, dead, stats } = await deliver(4, 2);
  assert.deepEqual(told, [
    { offsets: [0, 1, 2, 3], attempt: 1, retries: 0 },
    { offsets: [0, 1], attempt: 2, retries: 0 },
    { offsets: [2, 3], attempt: 2, retries: 0 },
    { offsets: [2], attempt: 3, retries: 0 },
    { offsets: [2], attempt: 4, retries: 1 },
    { offsets: [3], attempt: 3, retries: 0 },
  ]);
  assert.deepEqual(
    dead.map(({ records, attempts }) => [records.map(({ offset }) => offset), attempts]),
    [[[2], 4]],
  );
  assert.deepEqual([stats.invocations, stats.failures, stats.retries], [6, 4, 5]);
});
