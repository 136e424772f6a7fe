import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs';
import type { Batcher } from './batcher.ts';
import { Commits } from './commits.ts';
import { retry, roundRobinAfter } from './kafka.ts';
import type { Mapping } from './mapping.ts';
import { Partition } from './partition.ts';
import { startingPositions } from './positions.ts';
import { recordOf } from './record.ts';
import type { Logger, MappingStats } from './stats.ts';
import { within } from './within.ts';

/** Per partition: fetching pauses above, and goes on below half of it. Bounds memory, and what a crash delivers twice. */
const mostBytes = 16 * 1024 * 1024;
const mostRecords = 20_000;
/** How long the others of a group wait for our work in flight before partitions move. Shorter than the session. */
const revokeLimit = 5_000;
const sessionTimeout = 10_000;

export type PollerOptions = {
  kafka: Kafka;
  admin: Admin;
  mapping: Mapping;
  stats: MappingStats;
  log: Logger;
  /** Whether the function wants the record; what it does not want counts as done. */
  wanted: ((value: Buffer | null) => boolean) | undefined;
};

/** One consumer of a mapping's group: fetches into the batcher without ever waiting for work, and commits what is done. */
export class Poller {
  readonly #options: PollerOptions;
  readonly #consumer: Consumer;
  readonly #batcher: Batcher;
  readonly #joined = Promise.withResolvers<void>();
  readonly #partitions = new Map<number, Partition>();
  readonly #commits: Commits;
  /** Between joinings: what is fetched belongs to us, and our commits count. */
  #assigned = false;
  #joins = 0;
  #memberId = '';
  #stopped = false;

  constructor(options: PollerOptions, batcher: (onDone: () => void) => Batcher) {
    this.#options = options;
    this.#batcher = batcher(() => this.#done());
    this.#commits = new Commits(options, () => (this.#assigned ? [...this.#partitions.values()] : []));
    const { mapping } = options;
    this.#consumer = options.kafka.consumer({
      groupId: mapping.consumerGroupId,
      maxWaitTimeInMs: 100,
      sessionTimeout,
      heartbeatInterval: 500,
      rebalanceTimeout: 30_000,
      partitionAssigners: [roundRobinAfter(() => this.#beforeJoin())],
      retry: { ...retry, restartOnFailure: async () => true },
    });
  }

  /** Resolves when the consumer is a member of its group and knows where to read. */
  async start(): Promise<void> {
    const { CRASH, GROUP_JOIN } = this.#consumer.events;
    this.#consumer.on(GROUP_JOIN, ({ payload }) => {
      const ids = payload.memberAssignment[this.#options.mapping.topic] ?? [];
      this.#assign(ids, payload.memberId).catch((error) => this.#joined.reject(error));
    });
    this.#consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error, payload.restart));
    await this.#run();
    await this.#joined.promise;
  }

  /** A member of its group, between joinings, and not leaving. */
  get ready(): boolean {
    return this.#assigned && !this.#stopped;
  }

  get partitions(): Iterable<Partition> {
    return this.#partitions.values();
  }

  get batcher(): Batcher {
    return this.#batcher;
  }

  /**
   * Finishes what is in flight, commits, and leaves the group.
   * @returns how many records were in flight when the time was over: they will be delivered again
   */
  async drain(milliseconds: number): Promise<number> {
    this.#stopped = true;
    this.#batcher.hold();
    await within(milliseconds, this.#batcher.quiet());
    const abandoned = this.#batcher.inFlight;
    await within(1000, this.#commits.flush());
    await within(3000, this.#consumer.disconnect());
    return abandoned;
  }

  async #run(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.#options.mapping.topic, fromBeginning: true });
    await this.#consumer.run({ autoCommit: false, eachBatch: async (payload) => this.#fetched(payload) });
  }

  #fetched({ batch, commitOffsetsIfNecessary }: EachBatchPayload): void {
    this.#commits.send = commitOffsetsIfNecessary;
    const partition = this.#partitions.get(batch.partition);
    if (!this.#assigned || !partition) return;
    partition.end = Number(batch.highWatermark);
    const fetchedAt = performance.now();
    for (const message of batch.messages) this.#take(partition, message, fetchedAt);
    partition.next = Math.max(partition.next, Number(batch.lastOffset()) + 1);
    if (!partition.paused && (partition.bytes > mostBytes || partition.span > mostRecords))
      this.#pause(partition, true);
    this.#batcher.kick();
    if (partition.watermark() > partition.committed) this.#done();
  }

  #take(partition: Partition, message: KafkaMessage, fetchedAt: number): void {
    const offset = Number(message.offset);
    if (offset < partition.next) return;
    const { stats, wanted } = this.#options;
    partition.next = offset + 1;
    if (partition.finished.has(offset)) stats.spared++;
    else if (wanted && !wanted(message.value)) stats.filtered++;
    else {
      const record = recordOf(partition, message, fetchedAt);
      partition.add(record);
      this.#batcher.add(record);
    }
  }

  #pause(partition: Partition, paused: boolean): void {
    partition.paused = paused;
    const place = [{ topic: partition.topic, partitions: [partition.id] }];
    if (paused) this.#consumer.pause(place);
    else this.#consumer.resume(place);
  }

  #done(): void {
    for (const partition of this.#partitions.values()) {
      if (!partition.paused) continue;
      partition.watermark();
      if (partition.bytes < mostBytes / 2 && partition.span < mostRecords / 2) this.#pause(partition, false);
    }
    this.#commits.soon();
  }

  /** Called by kafkajs before it asks to join: the last moment at which our commits count. */
  async #beforeJoin(): Promise<void> {
    this.#joins++;
    this.#batcher.hold();
    if (this.#assigned) {
      await within(revokeLimit, this.#batcher.quiet());
      await within(1000, this.#commits.flush());
    }
    this.#assigned = false;
  }

  /**
   * Work goes on in partitions that we had and have again: nobody else can have had them if we stayed a member and
   * took part in every joining. The others are lost, with what is queued and in flight.
   */
  async #assign(ids: readonly number[], memberId: string): Promise<void> {
    const { admin, mapping, stats, log } = this.#options;
    const stayed = memberId === this.#memberId && this.#joins === 1;
    this.#joins = 0;
    if (this.#memberId) stats.rebalances++;
    this.#memberId = memberId;
    for (const [id, partition] of this.#partitions) {
      if (!stayed || !ids.includes(id)) this.#lose(partition);
    }
    const fresh = ids.filter((id) => !this.#partitions.has(id));
    const positions = fresh.length > 0 ? await startingPositions(admin, mapping, fresh) : [];
    if (this.#joins > 0 || this.#memberId !== memberId) return;
    for (const { partition, offset, finished } of positions) {
      this.#partitions.set(partition, new Partition(mapping.topic, partition, offset, finished));
    }
    for (const [partition, { next, paused }] of this.#partitions) {
      this.#consumer.seek({ topic: mapping.topic, partition, offset: `${next}` });
      if (paused) this.#consumer.pause([{ topic: mapping.topic, partitions: [partition] }]);
    }
    await this.#fixStart(positions.filter(({ committed }) => !committed));
    log.info(`${mapping.id}: reads ${ids.length} partitions as group ${mapping.consumerGroupId}`);
    this.#assigned = true;
    if (!this.#stopped) this.#batcher.resume();
    this.#joined.resolve();
  }

  /** Committed at once, so that a restart before the first record does not look for LATEST again and miss some. */
  async #fixStart(positions: readonly { partition: number; offset: number }[]): Promise<void> {
    if (positions.length === 0) return;
    const { topic } = this.#options.mapping;
    await this.#consumer.commitOffsets(
      positions.map(({ partition, offset }) => ({ topic, partition, offset: `${offset}` })),
    );
  }

  #lose(partition: Partition): void {
    partition.lost = true;
    this.#partitions.delete(partition.id);
    this.#batcher.drop(partition);
  }

  #crashed(error: Error, restarts: boolean): void {
    const { stats, log, mapping } = this.#options;
    stats.crashes++;
    log.warn(`${mapping.id}: the consumer crashed and starts again: ${error.message}`);
    this.#assigned = false;
    this.#memberId = '-';
    if (restarts || this.#stopped) return;
    setTimeout(() => {
      if (!this.#stopped) this.#run().catch((reason) => this.#crashed(reason, false));
    }, 1000);
  }
}
