import { type Clock, within } from '../../clock.ts';
import type { Permits } from '../deliver/permits.ts';
import type { Commits } from './commits.ts';
import type { OwnedPartitions } from './ownedPartitions.ts';

/** How long the others of a group wait for our work in flight before partitions move. Shorter than the session. */
const revokeLimit = 5_000;

/** Several times as long (ms) as a member is without a heartbeat. */
const silence = 2_000;

/** A consumer's way through the joinings of its group. */
export class Membership {
  readonly #clock: Clock;
  readonly #owned: OwnedPartitions;
  readonly #permits: Permits;
  readonly #commits: Commits;
  #joins = 0;
  #memberId = '';
  #ids: readonly number[] = [];
  /** When kafkajs first fetched after a joining began, in monotonic milliseconds. */
  #fetchedAt = Number.POSITIVE_INFINITY;

  constructor(clock: Clock, owned: OwnedPartitions, permits: Permits, commits: Commits) {
    this.#clock = clock;
    this.#owned = owned;
    this.#permits = permits;
    this.#commits = commits;
  }

  /** Called by kafkajs before it asks to join: the last moment at which our commits count. */
  readonly beforeJoin = async (): Promise<void> => {
    this.#joins++;
    this.#permits.hold();
    if (this.#owned.settled) {
      await within(this.#clock, revokeLimit, this.#permits.idle());
      await within(this.#clock, 1000, this.#commits.flush());
    }
    this.#owned.state = 'joining';
    this.#fetchedAt = Number.POSITIVE_INFINITY;
  };

  /**
   * The outcome of a joining is being taken.
   * @returns whether we stayed the member that we were and took part in every joining (nobody else can have had our
   * partitions), and whether there was an earlier one
   */
  joined(ids: readonly number[], memberId: string): { stayed: boolean; again: boolean } {
    const [stayed, again] = [memberId === this.#memberId && this.#joins === 1, this.#memberId !== ''];
    this.#joins = 0;
    this.#owned.state = 'taking';
    this.#ids = ids;
    this.#memberId = memberId;
    return { stayed, again };
  }

  /** Whether no other joining began since this one. */
  isLatest(memberId: string): boolean {
    return this.#joins === 0 && this.#memberId === memberId;
  }

  /**
   * Where kafkajs gives a joining up (the coordinator moved, say) it goes on as the member that it was, and tells
   * nobody but the broker, by its heartbeats.
   * @returns the partitions that are ours all the same, to be taken again; undefined where no joining was given up
   */
  rejoined(memberId: string): readonly number[] | undefined {
    if (this.#owned.state !== 'joining' || memberId !== this.#memberId) return undefined;
    this.#joins = 1;
    return this.#ids;
  }

  /**
   * Where kafkajs gives a joining up after the broker has forgotten the member, it fetches on as nobody, sends no
   * heartbeat, and never joins again.
   * @returns whether it does so, when it fetches: its heartbeats should have been heard by now
   */
  orphaned(): boolean {
    if (this.#owned.state !== 'joining') return false;
    const now = this.#clock.monotonic();
    this.#fetchedAt = Math.min(this.#fetchedAt, now);
    return now - this.#fetchedAt > silence;
  }

  /** A crashed consumer is no member any more: whatever it had, others have by now. */
  forget(): void {
    this.#owned.state = 'outside';
    this.#memberId = 'none';
  }
}
