import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Batcher } from '../deliver/batcher.ts';
import type { Partition } from '../record/partition.ts';
import { recordOf } from '../record/record.ts';
import { within } from '../within.ts';
import { Assignment, type AssignmentOptions } from './assignment.ts';
import { Commits } from './commits.ts';
import { FetchPause } from './fetchPause.ts';
import { retry, roundRobinAfter } from './kafka.ts';

/** Per partition: fetching pauses above, and goes on below half of it. Bounds memory, and what a crash delivers twice. */
const mostBytes = 16 * 1024 * 1024;
const mostRecords = 20_000;
/** How long a consumer may be silent before its partitions go to others: also how long a killed one keeps them. */
const sessionTimeout = 10_000;
/** Batches of a fetch that kafkajs hands on side by side: none waits for the rest after another. */
const sideBySide = 100;
/** Before a consumer that could not start is started again. */
const restartPause = 1000;

export type PollerOptions = AssignmentOptions & {
  kafka: Kafka;
  /** Whether the function wants a record of this value; what it does not want counts as done. */
  wanted: ((value: Buffer | null) => boolean) | undefined;
};

/** One consumer of a mapping's group: fetches into the batcher without ever waiting for work, and commits what is done. */
export class Poller {
  readonly batcher: Batcher;
  readonly #options: PollerOptions;
  readonly #consumer: Consumer;
  readonly #assignment: Assignment;
  readonly #commits: Commits;
  readonly #joined = Promise.withResolvers<void>();
  readonly #fetchPause: FetchPause;
  #stopped = false;

  constructor(options: PollerOptions, batcher: (onDone: () => void) => Batcher) {
    this.#options = options;
    this.batcher = batcher(() => this.#done());
    this.#fetchPause = new FetchPause(options.mapping);
    this.#assignment = new Assignment(
      options,
      this.batcher,
      () => this.#consumer,
      () => this.#commits,
    );
    this.#commits = new Commits(options, () => (this.#assignment.settled ? [...this.#assignment.partitions] : []));
    this.#consumer = options.kafka.consumer({
      groupId: options.mapping.consumerGroupId,
      maxWaitTimeInMs: 100,
      sessionTimeout,
      heartbeatInterval: 500,
      rebalanceTimeout: 30_000,
      partitionAssigners: [roundRobinAfter(() => this.#assignment.beforeJoin())],
      retry: { ...retry, restartOnFailure: async () => true },
    });
  }

  /** Resolves when the consumer is a member of its group and knows where to read. */
  async start(): Promise<void> {
    const { CRASH, FETCH_START, GROUP_JOIN, HEARTBEAT } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) =>
      this.#assigned(payload.memberAssignment[this.#options.mapping.topic] ?? [], payload.memberId),
    );
    this.#consumer.on(HEARTBEAT, ({ payload: { memberId } }) => {
      const ids = this.#assignment.rejoined(memberId);
      if (ids) void this.#assigned(ids, memberId);
    });
    this.#consumer.on(FETCH_START, () => {
      if (this.#assignment.orphaned()) void this.#joinAnew();
    });
    this.#consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error, payload.restart));
    await this.#run();
    await this.#joined.promise;
  }

  /** A member of its group, between joinings, and not leaving. */
  get ready(): boolean {
    return this.#assignment.settled && !this.#stopped;
  }

  get partitions(): Iterable<Partition> {
    return this.#assignment.partitions;
  }

  /**
   * Finishes what is in flight, commits, and leaves the group.
   * @returns how many records were in flight when the time was over: they will be delivered again
   */
  async drain(milliseconds: number): Promise<number> {
    this.#stopped = true;
    this.batcher.hold();
    await within(milliseconds, this.batcher.quiet());
    const abandoned = this.batcher.inFlight;
    this.#options.stats.redelivered += abandoned;
    await within(1000, this.#commits.flush());
    await within(3000, this.#consumer.disconnect());
    return abandoned;
  }

  async #run(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.#options.mapping.topic, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: sideBySide,
      eachBatch: (payload) => {
        this.#fetched(payload);
        return this.#fetchPause.before(this.batcher.queued);
      },
    });
  }

  async #joinAnew(): Promise<void> {
    this.#crashed(new Error('it reads on without being a member of its group'), true);
    try {
      await this.#consumer.disconnect();
      if (!this.#stopped) await this.#run();
    } catch (error) {
      this.#crashed(error as Error, false);
    }
  }

  async #assigned(ids: readonly number[], memberId: string): Promise<void> {
    const { mapping, log } = this.#options;
    try {
      if (!(await this.#assignment.take(ids, memberId))) return;
    } catch (error) {
      log.warn(`${mapping.id}: where to read from is not known yet, asking again: ${error}`);
      await delay(restartPause);
      if (!this.#stopped) return this.#assigned(ids, memberId);
    }
    log.info(`${mapping.id}: reads ${ids.length} partitions as group ${mapping.consumerGroupId}`);
    if (!this.#stopped) this.batcher.resume();
    this.#done();
    this.#joined.resolve();
  }

  #fetched({ batch, commitOffsetsIfNecessary }: EachBatchPayload): void {
    this.#commits.send = commitOffsetsIfNecessary;
    const partition = this.#assignment.get(batch.partition);
    if (!partition) return;
    partition.end = Number(batch.highWatermark);
    const fetchedAt = performance.now();
    for (const message of batch.messages) this.#take(partition, message, fetchedAt);
    partition.next = Math.max(partition.next, Number(batch.lastOffset()) + 1);
    const full = partition.bytes > mostBytes || partition.span > mostRecords;
    if (full && !partition.paused) this.#pause(partition, true);
    this.batcher.kick();
    if (partition.watermark() > partition.committed) this.#commits.soon();
  }

  #take(partition: Partition, message: KafkaMessage, fetchedAt: number): void {
    const offset = Number(message.offset);
    if (offset < partition.next) return;
    const { stats, wanted } = this.#options;
    const record = recordOf(partition, offset, message, fetchedAt);
    partition.add(record);
    if (partition.finished.has(record.offset)) stats.spared++;
    else if (wanted && !wanted(record.value)) stats.filtered++;
    else {
      this.batcher.add(record);
      return;
    }
    partition.finish(record);
  }

  #pause(partition: Partition, paused: boolean): void {
    partition.paused = paused;
    const place = [{ topic: partition.topic, partitions: [partition.id] }];
    if (paused) this.#consumer.pause(place);
    else this.#consumer.resume(place);
  }

  #done(): void {
    for (const partition of this.#assignment.partitions) {
      if (!partition.paused) continue;
      partition.watermark();
      if (partition.bytes < mostBytes / 2 && partition.span < mostRecords / 2) this.#pause(partition, false);
    }
    this.#commits.soon();
  }

  #crashed(error: Error, restarts: boolean): void {
    const { stats, log, mapping } = this.#options;
    stats.crashes++;
    log.warn(`${mapping.id}: the consumer crashed and starts again: ${error.message}`);
    this.#assignment.forget();
    if (restarts || this.#stopped) return;
    setTimeout(() => {
      if (!this.#stopped) this.#run().catch((reason) => this.#crashed(reason, false));
    }, restartPause);
  }
}
