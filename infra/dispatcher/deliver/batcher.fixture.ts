/** The parts that keep the promise of ordering, without Kafka: chance decides everything that it may. */
import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { type Clock, systemClock } from '../../clock.ts';
import { type Mapping, planOf } from '../config/mapping.ts';
import type { Outcome } from '../invoke/invocation.ts';
import { readProgress, writeProgress } from '../read/progress.ts';
import { partitionAt, recordAt } from '../record/record.fixture.ts';
import type { KafkaRecord } from '../record/record.ts';
import { newStats } from '../stats.ts';
import { Batcher } from './batcher.ts';
import { type Case, dice } from './batcherCases.fixture.ts';
import { Permits } from './permits.ts';
import type { Surroundings } from './surroundings.ts';

const event = { topic: 't', bootstrapServers: ['b:1'], maximumBatchingWindow: 0 };
const functions = { f: { handler: 'batcher.test.handler', events: [{ kafka: event }] } };
const [common] = planOf({ functions }, import.meta.dirname).mappings as [Mapping];

const storeFails = 'the destination is away';

/** Nothing takes longer than a turn of the event loop. */
const hasty: Clock = {
  ...systemClock,
  after: (_, call) => {
    const turned = setImmediate(call);
    return { cancel: () => clearImmediate(turned) };
  },
};

/** Reads a log of records with owners that come and go, until all is done. */
export class World {
  readonly delivered: number[][] = [];
  readonly completed = new Set<number>();
  /** What a commit has told Kafka: that may never come again. */
  #durable: (offset: number) => boolean = () => false;
  readonly stats = newStats();
  /** Offsets whose key or partition is at work now: nobody else may be. */
  readonly #atWork = new Map<string, number>();
  readonly #case: Case;
  readonly #dice: () => number;
  #broken: unknown;

  constructor(given: Case) {
    this.#case = given;
    this.#dice = dice(given.chance);
  }

  async run(): Promise<void> {
    let [start, metadata] = [0, ''];
    for (let owner = 0; start < this.#case.keys.length; owner++) {
      assert.ok(owner < 2000, 'it never ends');
      [start, metadata] = await this.#own(start, metadata, owner % 4 === 3);
      if (this.#broken) throw this.#broken;
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
      const record = recordAt(partition, offset, key === null ? null : `${key}`);
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
        maximumRetryAttempts: this.#case.retries,
      },
      stats: this.stats,
      log: {
        info: () => undefined,
        warn: () => undefined,
        error: (message) => {
          if (!message.includes(storeFails)) this.#broken ??= new Error(message);
        },
      },
      stop,
      clock: hasty,
      invocations: {
        source: { eventSource: 'SelfManagedKafka', bootstrapServers: 'b:1', topic: 't' },
        functionArn: 'arn:aws:lambda:us-east-1:000000000000:function:f',
        invoke: (records) => this.#noticing(() => this.#invoke(records)),
      },
      destination: { name: 'aside', store: ({ records }) => this.#noticing(() => this.#store(records)) },
    };
  }

  /** What does not hold would else be taken for a fault of the function, and tried again. */
  async #noticing<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if ((error as Error).message !== storeFails) this.#broken ??= error;
      throw error;
    }
  }

  /** As many as go in one request, which may fail. */
  async #store(records: readonly KafkaRecord[]): Promise<readonly KafkaRecord[]> {
    for (let turns = Math.floor(this.#dice() * 3); turns > 0; turns--) await turn();
    if (this.#dice() < 0.3) throw new Error(storeFails);
    const some = records.slice(0, 1 + Math.floor(this.#dice() * 5));
    for (const { offset, tried, partition } of some) {
      assert.ok(this.#case.retries >= 0, `${offset} is given up, though it may be tried for ever`);
      assert.ok(tried.retries >= this.#case.retries, `${offset} is given up after ${tried.retries} retries`);
      if (!partition.lost) this.completed.add(offset);
    }
    return some;
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
    const key = this.#case.ordering === 'key' ? this.#case.keys[offset] : null;
    return key === null ? `offset ${offset}` : `${key}`;
  }
}
