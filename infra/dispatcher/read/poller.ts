import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import { sleep, within } from '../../clock.ts';
import { Batcher } from '../deliver/batcher.ts';
import { Permits } from '../deliver/permits.ts';
import type { Surroundings } from '../deliver/surroundings.ts';
import type { Partition } from '../record/partition.ts';
import { recordOf } from '../record/record.ts';
import { Assignment, type AssignmentOptions } from './assignment.ts';
import { Commits } from './commits.ts';
import { FetchPause } from './fetchPause.ts';
import { groupConsumer } from './kafka.ts';
import { Membership } from './membership.ts';
import { OwnedPartitions } from './ownedPartitions.ts';

/** Per partition: fetching pauses above, and goes on below half of it. Bounds memory, and what a crash delivers twice. */
const mostBytes = 16 * 1024 * 1024;
const mostRecords = 20_000;
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
  readonly #options: PollerOptions;
  readonly #owned = new OwnedPartitions();
  readonly #permits: Permits;
  readonly #commits: Commits;
  readonly #membership: Membership;
  readonly #consumer: Consumer;
  readonly #batcher: Batcher;
  readonly #assignment: Assignment;
  readonly #joined = Promise.withResolvers<void>();
  readonly #fetchPause: FetchPause;
  #stopped = false;

  constructor(options: PollerOptions, delivery: Surroundings) {
    const owned = this.#owned;
    this.#options = options;
    this.#fetchPause = new FetchPause(options.mapping, options.clock);
    this.#permits = new Permits(options.mapping.concurrency);
    this.#commits = new Commits(options, owned);
    const membership = new Membership(options.clock, owned, this.#permits, this.#commits);
    const consumer = groupConsumer(options.kafka, options.mapping.consumerGroupId, membership.beforeJoin);
    const batcher = new Batcher(delivery, this.#permits, () => this.#done());
    this.#assignment = new Assignment(options, { owned, membership, consumer, batcher });
    this.#membership = membership;
    this.#consumer = consumer;
    this.#batcher = batcher;
  }

  /** Resolves when the consumer is a member of its group and knows where to read. */
  async start(): Promise<void> {
    const { CRASH, FETCH_START, GROUP_JOIN, HEARTBEAT } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) =>
      this.#assigned(payload.memberAssignment[this.#options.mapping.topic] ?? [], payload.memberId),
    );
    this.#consumer.on(HEARTBEAT, ({ payload: { memberId } }) => {
      const ids = this.#membership.rejoined(memberId);
      if (ids) void this.#assigned(ids, memberId);
    });
    this.#consumer.on(FETCH_START, () => {
      if (this.#membership.orphaned()) void this.#joinAnew();
    });
    this.#consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error, payload.restart));
    await this.#run();
    await this.#joined.promise;
  }

  /** A member of its group, between joinings, and not leaving. */
  get ready(): boolean {
    return this.#owned.settled && !this.#stopped;
  }

  get partitions(): Iterable<Partition> {
    return this.#owned.all;
  }

  /** Records that the function has, or that wait to be tried again. */
  get inFlight(): number {
    return this.#batcher.inFlight;
  }

  /**
   * Finishes what is in flight, commits, and leaves the group.
   * @returns how many records were in flight when the time was over: they will be delivered again
   */
  async drain(milliseconds: number): Promise<number> {
    const { clock } = this.#options;
    this.#stopped = true;
    this.#permits.hold();
    this.#batcher.close();
    await within(clock, milliseconds, this.#permits.idle());
    const abandoned = this.inFlight;
    this.#options.stats.redelivered += abandoned;
    await within(clock, 1000, this.#commits.flush());
    await within(clock, 3000, this.#consumer.disconnect());
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
        return this.#fetchPause.before(this.#batcher.queued);
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
      await sleep(this.#options.clock, restartPause);
      if (!this.#stopped) return this.#assigned(ids, memberId);
    }
    log.info(`${mapping.id}: reads ${ids.length} partitions as group ${mapping.consumerGroupId}`);
    if (!this.#stopped) this.#permits.resume();
    this.#done();
    this.#joined.resolve();
  }

  #fetched({ batch, commitOffsetsIfNecessary }: EachBatchPayload): void {
    this.#owned.commit = commitOffsetsIfNecessary;
    const partition = this.#owned.settled && this.#owned.get(batch.partition);
    if (!partition) return;
    partition.end = Number(batch.highWatermark);
    const fetchedAt = this.#options.clock.monotonic();
    for (const message of batch.messages) this.#take(partition, message, fetchedAt);
    partition.next = Math.max(partition.next, Number(batch.lastOffset()) + 1);
    const full = partition.bytes > mostBytes || partition.span > mostRecords;
    if (full && !partition.paused) this.#pause(partition, true);
    this.#batcher.kick();
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
      this.#batcher.add(record);
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
    for (const partition of this.#owned.all) {
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
    this.#membership.forget();
    if (restarts || this.#stopped) return;
    this.#options.clock.after(restartPause, () => {
      if (!this.#stopped) this.#run().catch((reason) => this.#crashed(reason, false));
    });
  }
}
