import type { Consumer, Kafka } from 'kafkajs';
import { sleep, within } from '../../clock.ts';
import { Batcher } from '../deliver/batcher.ts';
import { Permits } from '../deliver/permits.ts';
import type { Surroundings } from '../deliver/surroundings.ts';
import type { Waits } from '../invoke/functionWorker.ts';
import type { Partition } from '../record/partition.ts';
import { Assignment, type AssignmentOptions } from './assignment.ts';
import { Commits } from './commits.ts';
import { FetchControl, type Held } from './fetchControl.ts';
import { FetchPause } from './fetchPause.ts';
import { GroupMember } from './groupMember.ts';
import { groupConsumer } from './kafka.ts';
import { type Assigned, Membership } from './membership.ts';
import { OwnedPartitions } from './ownedPartitions.ts';
import { type Filter, Receiver } from './receiver.ts';

/** Batches of a fetch that kafkajs hands on side by side: none waits for the rest after another. */
const sideBySide = 100;
/** Before a consumer that could not start is started again. */
const restartPause = 1000;

/** `kafka` is for this consumer alone, see `kafkaClients`; `held` is `usuallyHeld` unless given. */
type PollerOptions = AssignmentOptions & Filter & { kafka: Kafka; held?: Held | undefined; waits?: Waits | undefined };

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
  readonly #control: FetchControl;
  readonly #receiver: Receiver;
  readonly #joined = Promise.withResolvers<void>();
  readonly #fetchPause: FetchPause;
  #joins = 0;
  #lookingAgain = false;

  constructor(options: PollerOptions, delivery: Surroundings) {
    const owned = this.#owned;
    this.#options = options;
    this.#permits = new Permits(options.mapping.concurrency);
    this.#fetchPause = new FetchPause(options.mapping, options.clock, this.#permits);
    const member = new GroupMember();
    this.#commits = new Commits(options, owned, member);
    const membership = new Membership(options.clock, { owned, permits: this.#permits, commits: this.#commits, member });
    const { kafka, mapping, waits } = options;
    const joining = { membership, member, leaves: () => this.#forget() };
    const consumer = groupConsumer(kafka, { groupId: mapping.consumerGroupId, waits, ...joining });
    const control = new FetchControl(consumer, options.held);
    const batcher = new Batcher(delivery, this.#permits, () => this.#done());
    this.#assignment = new Assignment(options, { owned, membership, member, control, batcher });
    this.#membership = membership;
    this.#consumer = consumer;
    this.#control = control;
    this.#receiver = new Receiver(options, { owned, control, batcher, commits: this.#commits });
    this.#batcher = batcher;
  }

  /** Resolves when the consumer is a member of its group and knows where to read. */
  async start(): Promise<void> {
    const { CRASH, FETCH_START, GROUP_JOIN, HEARTBEAT } = this.#consumer.events;
    const { stats, mapping } = this.#options;
    this.#consumer.on(GROUP_JOIN, ({ payload: { memberAssignment, memberId } }) => {
      if (this.#membership.ended) return this.#leave();
      if (this.#joins++ > 0) stats.rebalances++;
      return this.#take(this.#membership.joined(memberAssignment[mapping.topic] ?? [], memberId));
    });
    this.#consumer.on(HEARTBEAT, ({ payload: { memberId, groupGenerationId } }) =>
      this.#take(this.#membership.heartbeat(memberId, groupGenerationId)),
    );
    this.#consumer.on(FETCH_START, () => {
      if (this.#membership.orphaned()) return this.#joinAnew();
      return this.#owned.isReset ? this.#lookAgain() : undefined;
    });
    this.#consumer.on(CRASH, ({ payload }) => this.#crashed(payload.error, payload.restart));
    await this.#run();
    await this.#joined.promise;
  }

  /** A member of its group, between joinings, and not leaving. */
  get ready(): boolean {
    return this.#owned.settled && !this.#membership.ended;
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
    this.#membership.end();
    this.#batcher.close();
    await within(clock, milliseconds, this.#permits.idle());
    const abandoned = this.inFlight;
    this.#options.stats.redelivered += abandoned;
    await within(clock, 1000, this.#commits.flush());
    this.#commits.end();
    await within(clock, 3000, this.#leave());
    return abandoned;
  }

  async #run(): Promise<void> {
    await this.#consumer.connect();
    await this.#consumer.subscribe({ topic: this.#options.mapping.topic, fromBeginning: true });
    await this.#consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: sideBySide,
      eachBatch: async (payload) => {
        if (this.#options.schemas && !(await this.#receiver.prepare(payload))) return;
        if (!this.#receiver.receive(payload)) void this.#lookAgain();
        await this.#fetchPause.before(this.#batcher.full);
      },
    });
  }

  async #leave(): Promise<void> {
    await this.#consumer.disconnect().catch(() => undefined);
  }

  async #joinAnew(): Promise<void> {
    this.#crashed(new Error('it reads on without being a member of its group'), true);
    await this.#leave();
    await this.#runAgain();
  }

  async #runAgain(): Promise<void> {
    try {
      if (!this.#membership.ended) await this.#run();
    } catch (error) {
      this.#crashed(error as Error, false);
    }
  }

  #crashed(error: Error, restarts: boolean): void {
    const { stats, log, mapping, clock } = this.#options;
    if (this.#membership.ended) return;
    stats.crashes++;
    log.warn(`${mapping.id}: the consumer crashed and starts again: ${error.message}`);
    this.#forget();
    if (!restarts) clock.after(restartPause, () => void this.#runAgain());
  }

  /** It is no member any more: whatever it had, others have by now. */
  #forget(): void {
    this.#membership.forget();
    this.#assignment.loseAll();
  }

  async #take(assigned: Assigned | undefined): Promise<void> {
    const { mapping, log, clock } = this.#options;
    while (assigned && this.#membership.isCurrent(assigned)) {
      try {
        if (!(await this.#assignment.take(assigned))) return;
        log.info(`${mapping.id}: reads ${assigned.ids.length} partitions as group ${mapping.consumerGroupId}`);
        this.#permits.resume();
        this.#batcher.kick();
        this.#done();
        return this.#joined.resolve();
      } catch (error) {
        if (!this.#membership.isCurrent(assigned)) return;
        log.warn(`${mapping.id}: where to read from is not known yet, asking again: ${error}`);
        await sleep(clock, restartPause);
      }
    }
  }

  /** What kafkajs asked for was not in the log, so that it goes on elsewhere. */
  async #lookAgain(): Promise<void> {
    if (this.#lookingAgain) return;
    this.#lookingAgain = true;
    try {
      await this.#take(await this.#membership.lookAgain());
    } finally {
      this.#lookingAgain = false;
    }
  }

  #done(): void {
    for (const partition of this.#owned.all) if (partition.paused) this.#control.limit(partition);
    this.#commits.soon();
  }
}
