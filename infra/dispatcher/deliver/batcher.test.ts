/** The promise of ordering, held by the parts that keep it, without Kafka: chance decides everything that it may. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import fc from 'fast-check';
import { type Clock, systemClock } from '../../clock.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import type { Outcome } from '../invoke/invocation.ts';
import { readProgress, writeProgress } from '../read/progress.ts';
import { partitionAt, recordAt } from '../record/record.trial.ts';
import type { KafkaRecord } from '../record/record.ts';
import { newStats } from '../stats.ts';
import { Batcher } from './batcher.ts';
import { Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

const event = { topic: 't', bootstrapServers: ['b:1'], maximumBatchingWindow: 0 };
const functions = { f: { handler: 'batcher.test.handler', events: [{ kafka: event }] } };
const [common] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];

type Case = {
  ordering: Mapping['ordering'];
  keys: number[];
  batchSize: number;
  concurrency: number;
  bisect: boolean;
  partial: boolean;
  fromLowest: boolean;
  chance: number;
};

const cases: fc.Arbitrary<Case> = fc.record({
  ordering: fc.constantFrom('partition' as const, 'key' as const, 'none' as const),
  keys: fc.array(fc.nat(6), { minLength: 1, maxLength: 120 }),
  batchSize: fc.integer({ min: 1, max: 20 }),
  concurrency: fc.integer({ min: 1, max: 8 }),
  bisect: fc.boolean(),
  partial: fc.boolean(),
  fromLowest: fc.boolean(),
  chance: fc.integer(),
});

/** Nothing takes longer than a turn of the event loop. */
const hasty: Clock = {
  ...systemClock,
  after: (_, call) => {
    const turned = setImmediate(call);
    return { cancel: () => clearImmediate(turned) };
  },
};

/** A small generator of our own, so that a failing case can be run again. */
function dice(seed: number): () => number {
  let state = seed | 1;
  return () => {
    state = Math.imul(state ^ (state >>> 15), state | 1);
    state ^= state + Math.imul(state ^ (state >>> 7), state | 61);
    return ((state ^ (state >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Reads a log of records with owners that come and go, until all is done. */
class World {
  readonly delivered: number[][] = [];
  readonly completed = new Set<number>();
  /** What a commit has told Kafka: that may never come again. */
  #durable: (offset: number) => boolean = () => false;
  readonly stats = newStats();
  /** Offsets whose key or partition is at work now: nobody else may be. */
  readonly #atWork = new Map<string, number>();
  readonly #case: Case;
  readonly #dice: () => number;

  constructor(given: Case) {
    this.#case = given;
    this.#dice = dice(given.chance);
  }

  async run(): Promise<void> {
    let [start, metadata] = [0, ''];
    for (let owner = 0; start < this.#case.keys.length; owner++) {
      assert.ok(owner < 2000, 'it never ends');
      [start, metadata] = await this.#own(start, metadata, owner % 4 === 3);
    }
  }

  /** One owner of the partition, from what the last one committed to what it commits itself. */
  async #own(start: number, metadata: string, patient: boolean): Promise<[number, string]> {
    const partition = partitionAt(start, { clock: hasty, progress: readProgress(start, metadata) });
    const stop = new AbortController();
    const permits = new Permits(this.#case.concurrency);
    const batcher = new Batcher(this.#surroundings(stop.signal), permits, () => undefined);
    for (const [offset, key] of this.#case.keys.entries()) {
      if (offset < start) continue;
      const record = recordAt(partition, offset, `${key}`);
      if (partition.wasFinished(offset)) partition.pass(offset);
      else batcher.add(partition.add(record));
      if (this.#dice() < 0.3) batcher.kick();
    }
    partition.next = this.#case.keys.length;
    batcher.kick();
    const patience = patient ? 100_000 : Math.floor(this.#dice() * 60);
    for (let turns = 0; turns < patience && partition.watermark() < this.#case.keys.length; turns++) await turn();
    permits.hold();
    const at = partition.watermark();
    const committed: [number, string] = [at, writeProgress(at, partition.progress())];
    const above = readProgress(...committed).finished;
    this.#durable = (offset) => offset < committed[0] || above.has(offset);
    partition.lost = true;
    stop.abort();
    await permits.idle();
    return committed;
  }

  #surroundings(stop: AbortSignal): Surroundings {
    const { ordering, batchSize, concurrency, bisect, partial } = this.#case;
    return {
      mapping: {
        ...common,
        ordering,
        batchSize,
        concurrency,
        bisectBatchOnFunctionError: bisect,
        reportBatchItemFailures: partial,
        partialRetry: this.#case.fromLowest ? 'fromLowest' : 'named',
      },
      stats: this.stats,
      log: { info: () => undefined, warn: () => undefined, error: (message) => assert.fail(message) },
      stop,
      clock: hasty,
      invocations: {
        source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: 't' },
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        invoke: (records) => this.#invoke(records),
      },
      destination: { name: 'nowhere', store: async () => assert.fail('nothing is given up here') },
    };
  }

  async #invoke(records: readonly KafkaRecord[]): Promise<Outcome> {
    const offsets = records.map(({ offset }) => offset);
    const lanes = new Set(offsets.map((offset) => this.#lane(offset)));
    for (const lane of lanes) {
      assert.equal(this.#atWork.get(lane), undefined, `lane ${lane} is worked on twice at once`);
      this.#atWork.set(lane, offsets[0] ?? 0);
    }
    this.delivered.push(offsets);
    for (const offset of offsets) {
      assert.ok(!this.#durable(offset), `${offset} was committed, and came again`);
      this.#assertInOrder(offset, offsets);
    }
    for (let turns = Math.floor(this.#dice() * 4); turns > 0; turns--) await turn();
    for (const lane of lanes) this.#atWork.delete(lane);
    return this.#outcome(offsets);
  }

  #outcome(offsets: number[]): Outcome {
    const luck = this.#dice();
    if (luck < 0.1) return { kind: 'fault', fault: { name: 'Error', message: 'chance' } };
    if (luck < 0.12) return { kind: 'throttled', fault: { name: 'Throttled', message: 'chance' } };
    if (luck < 0.15) return { kind: 'throttled', fault: { name: 'Crash', message: 'of a neighbour' }, isolate: true };
    const failed = this.#case.partial && luck < 0.3 ? offsets.filter(() => this.#dice() < 0.2) : [];
    const { fromLowest } = this.#case;
    for (const offset of offsets) {
      const holding = failed.filter((one) => (fromLowest ? this.#lane(one) === this.#lane(offset) : one === offset));
      if (offset < Math.min(...holding)) this.completed.add(offset);
    }
    const batchItemFailures = failed.map((offset) => ({ itemIdentifier: { partition: 't-0', offset } }));
    return { kind: 'answer', json: JSON.stringify({ batchItemFailures }) };
  }

  /** Whatever must come before a record has been done before, or is before it in the same batch. */
  #assertInOrder(offset: number, batch: number[]): void {
    const lane = this.#lane(offset);
    for (let earlier = 0; earlier < offset; earlier++) {
      if (this.#lane(earlier) !== lane || this.completed.has(earlier)) continue;
      assert.ok(
        batch.indexOf(earlier) !== -1 && batch.indexOf(earlier) < batch.indexOf(offset),
        `${offset} before ${earlier}`,
      );
    }
  }

  #lane(offset: number): string {
    if (this.#case.ordering === 'partition') return 'all';
    return this.#case.ordering === 'key' ? `${this.#case.keys[offset]}` : `offset ${offset}`;
  }
}

test('ordering: no record is skipped and no lane is out of order, over failures, rebalances and restarts', async () => {
  await fc.assert(
    fc.asyncProperty(cases, async (given) => {
      const world = new World(given);
      await world.run();
      assert.deepEqual(
        [...world.completed].sort((a, b) => a - b),
        [...given.keys.keys()],
        'every record was done',
      );
      assert.ok(Math.max(...world.delivered.map(({ length }) => length)) <= given.batchSize);
    }),
    { numRuns: 150 },
  );
});
