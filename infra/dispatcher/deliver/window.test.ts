/** When a batch that is not full goes, on a clock that stands still until it is told to go on. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import type { Outcome } from '../invoke/invocation.ts';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import { newStats } from '../stats.ts';
import { Batcher } from './batcher.ts';
import { Permits } from './permits.ts';

const event = { topic: 't', bootstrapServers: ['b:1'], maximumBatchingWindow: 4 };
const functions = { f: { handler: 'batcher.handler', events: [{ kafka: event }] } };
const [mapping] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];
const nobody = { info: () => undefined, warn: () => undefined, error: assert.fail };

class Trial {
  now = 0;
  readonly timers = new Map<() => void, number>();
  /** The calls: when each began, its offsets, and what ends it. */
  readonly calls: { at: number; offsets: number[]; end: () => void }[] = [];
  readonly #clock: Clock = {
    ...systemClock,
    monotonic: () => this.now,
    after: (milliseconds, call) => {
      const due = () => call();
      this.timers.set(due, this.now + milliseconds);
      return { cancel: () => void this.timers.delete(due) };
    },
  };
  readonly #partition = partitionAt(0, { clock: this.#clock });
  readonly batcher: Batcher;

  constructor(concurrency = 1) {
    const surroundings = {
      mapping,
      stats: newStats(),
      log: nobody,
      stop: new AbortController().signal,
      clock: this.#clock,
      invocations: {
        source: { eventSource: 'SelfManagedKafka' as const, bootstrapServers: 'b:1', topic: 't' },
        functionArn: '',
        invoke: (records: readonly { offset: number }[]) => {
          const { promise, resolve } = Promise.withResolvers<Outcome>();
          const end = () => resolve({ kind: 'answer', json: undefined });
          this.calls.push({ at: this.now, offsets: records.map(({ offset }) => offset), end });
          return promise;
        },
      },
      destination: undefined,
    };
    this.batcher = new Batcher(surroundings, new Permits(concurrency), () => undefined);
  }

  /** @param partition of the record, its lane */
  add(partition = this.#partition): void {
    const record = { ...recordAt(partition, partition.next), fetchedAt: this.now };
    this.batcher.add(partition.add(record));
    this.batcher.kick();
  }

  another = (id: number) => partitionAt(0, { id, clock: this.#clock });

  async until(milliseconds: number): Promise<void> {
    for (;;) {
      await turn();
      const [next] = [...this.timers].sort(([, one], [, other]) => one - other);
      if (!next || next[1] > milliseconds) break;
      const [due, at] = next;
      this.now = at;
      this.timers.delete(due);
      due();
    }
    this.now = milliseconds;
  }

  async end(call: number): Promise<void> {
    this.calls[call]?.end();
    await turn();
  }
}

test('the window begins with the first record where nothing went before', async () => {
  const trial = new Trial();
  await trial.until(1000);
  trial.add();
  await trial.until(4900);
  assert.equal(trial.calls.length, 0);
  trial.add();
  await trial.until(6000);
  assert.deepEqual(
    trial.calls.map(({ at, offsets }) => [at, offsets]),
    [[5000, [0, 1]]],
  );
});

test('the next window begins when the batch before has ended, however long its records have waited by then', async () => {
  const trial = new Trial();
  trial.add();
  await trial.until(4000);
  for (let at = 4500; at <= 7000; at += 500) {
    await trial.until(at);
    trial.add();
  }
  await trial.end(0);
  await trial.until(10_900);
  assert.equal(trial.calls.length, 1);
  trial.add();
  await trial.until(12_000);
  assert.deepEqual(
    trial.calls.map(({ at, offsets }) => [at, offsets.length]),
    [
      [4000, 1],
      [11_000, 7],
    ],
  );
});

test('of several places each has a window of its own: batches that end elsewhere hold nobody back', async () => {
  const trial = new Trial(2);
  const [one, two, three] = [trial.another(1), trial.another(2), trial.another(3)];
  trial.add(one);
  await trial.until(4000);
  trial.add(two);
  await trial.until(8000);
  assert.deepEqual(
    trial.calls.map(({ at }) => at),
    [4000, 8000],
  );
  await trial.end(0);
  trial.add(three);
  await trial.until(9000);
  await trial.end(1);
  await trial.until(20_000);
  assert.equal(trial.calls[2]?.at, 12_000);
});

test('after its end no timer is left, also where a batch ends later', async () => {
  const trial = new Trial();
  trial.add();
  await trial.until(4000);
  trial.add();
  trial.batcher.close();
  await trial.end(0);
  assert.equal(trial.timers.size, 0);
});
