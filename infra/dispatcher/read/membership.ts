import { type Clock, within } from '../../clock.ts';
import type { Permits } from '../deliver/permits.ts';
import type { Commits } from './commits.ts';
import { type GroupMember, noGeneration } from './groupMember.ts';
import type { OwnedPartitions } from './ownedPartitions.ts';

/** How long the others of a group wait for our work in flight before partitions move. Shorter than the session. */
const revokeLimit = 5_000;

/** Several times as long (ms) as a member is without a heartbeat. */
const silence = 2_000;

/** What a group has given us. `stayed`: in no generation since we last settled can others have had our partitions. */
export type Assigned = { ids: readonly number[]; stayed: boolean; epoch: number };

type Parts = Readonly<{ owned: OwnedPartitions; permits: Permits; commits: Commits; member: GroupMember }>;

/** A consumer's way through the generations of its group. */
export class Membership {
  readonly #clock: Clock;
  readonly #owned: OwnedPartitions;
  readonly #permits: Permits;
  readonly #commits: Commits;
  readonly #member: GroupMember;
  /** Requests of a joining that are under way: kafkajs may join from several fetchers at once. */
  readonly #joinings = new Set<symbol>();
  /** Counts what may change whose the partitions are: what began before the last of it is out of date. */
  #epoch = 0;
  #memberId = '';
  /** Of the joining that `#ids` are from. */
  #generation = noGeneration;
  #stayed = true;
  #ids: readonly number[] = [];
  /** When kafkajs first fetched after a joining began, in monotonic milliseconds. */
  #fetchedAt = Number.POSITIVE_INFINITY;
  #ended = false;

  constructor(clock: Clock, { owned, permits, commits, member }: Parts) {
    this.#clock = clock;
    this.#owned = owned;
    this.#permits = permits;
    this.#commits = commits;
    this.#member = member;
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** Whether all that is ours is read on, and waits for nothing but records. */
  get isReading(): boolean {
    return this.#owned.settled && ![...this.#owned.all].some(({ paused }) => paused);
  }

  /**
   * Called before kafkajs asks to join: the last moment at which our commits count.
   * @returns to be called when the request is over, for better or worse
   * @throws when there is to be no member
   */
  async join(): Promise<() => void> {
    if (this.#ended) throw new Error('the consumer has come to its end');
    const end = this.begin();
    await this.#quiesce();
    this.#owned.state = 'joining';
    this.#fetchedAt = Number.POSITIVE_INFINITY;
    return end;
  }

  /** A request of a joining begins. @returns to be called when it is over */
  begin(): () => void {
    const request = Symbol();
    this.#joinings.add(request);
    return () => this.#joinings.delete(request);
  }

  /** What kafkajs asked for was not in the log of this partition. */
  reset(partition: number): void {
    this.#owned.reset(partition);
  }

  /** Starts nothing more, lets what is in flight come to its end, and commits it. */
  async #quiesce(): Promise<void> {
    this.#epoch++;
    this.#permits.hold();
    if (!this.#owned.settled) return;
    await within(this.#clock, revokeLimit, this.#permits.idle());
    await within(this.#clock, 1000, this.#commits.flush());
  }

  /**
   * A joining came to its end, as kafkajs tells.
   * @returns what is to be taken; undefined while kafkajs joins once more: then what comes of that
   */
  joined(ids: readonly number[], memberId: string): Assigned | undefined {
    const missed = this.#member.generation - this.#generation;
    this.#stayed &&= memberId === this.#memberId && (missed === 0 || missed === 1);
    this.#generation = this.#member.generation;
    this.#memberId = memberId;
    this.#ids = ids;
    return this.#joinings.size > 0 ? undefined : this.#taking();
  }

  /**
   * Where kafkajs gives a joining up (the coordinator moved, say) it goes on as the member that it was, and tells
   * nobody but the broker, by its heartbeats.
   * @returns what is ours all the same, to be taken again; undefined where no joining was given up
   */
  heartbeat(memberId: string, generation: number): Assigned | undefined {
    if (this.#owned.state !== 'joining' || this.#joinings.size > 0) return undefined;
    // In another generation the partitions may be others, of which kafkajs has not told.
    return memberId === this.#memberId && generation === this.#generation ? this.#taking() : undefined;
  }

  /**
   * Where we read is to be looked up anew, without a joining.
   * @returns undefined where a joining begins meanwhile, which does that anyway
   */
  async lookAgain(): Promise<Assigned | undefined> {
    await this.#quiesce();
    return this.#owned.settled && this.#joinings.size === 0 ? this.#taking() : undefined;
  }

  #taking(): Assigned {
    this.#owned.state = 'taking';
    return { ids: this.#ids, stayed: this.#stayed, epoch: ++this.#epoch };
  }

  /** Whether nothing has begun since that may change whose the partitions are. */
  isCurrent({ epoch }: Assigned): boolean {
    return this.#epoch === epoch && !this.#ended;
  }

  /** What was taken is ours until the next joining. */
  settle(): void {
    this.#stayed = true;
    this.#owned.state = 'settled';
  }

  /**
   * Where kafkajs gives a joining up after the broker has forgotten the member, it fetches on as nobody, sends no
   * heartbeat, and never joins again.
   * @returns whether it does so, when it fetches: its heartbeats should have been heard by now
   */
  orphaned(): boolean {
    if (this.#owned.state !== 'joining' || this.#joinings.size > 0) return false;
    const now = this.#clock.monotonic();
    this.#fetchedAt = Math.min(this.#fetchedAt, now);
    return now - this.#fetchedAt > silence;
  }

  /** It has left the group, or its consumer crashed. */
  forget(): void {
    this.#epoch++;
    this.#permits.hold();
    this.#joinings.clear();
    this.#owned.state = 'outside';
    this.#memberId = '';
  }

  /** From here on nothing joins. */
  end(): void {
    this.#ended = true;
    this.#permits.hold();
  }
}
