import type { Admin, Consumer } from 'kafkajs';
import type { Mapping } from '../config/mapping.ts';
import type { Batcher } from '../deliver/batcher.ts';
import { Partition } from '../record/partition.ts';
import type { Logger, MappingStats } from '../stats.ts';
import { within } from '../within.ts';
import type { Commits } from './commits.ts';
import { type Position, startingPositions } from './positions.ts';

/** How long the others of a group wait for our work in flight before partitions move. Shorter than the session. */
const revokeLimit = 5_000;

/** Several times as long (ms) as a member is without a heartbeat. */
const silence = 2_000;

export type AssignmentOptions = { admin: Admin; mapping: Mapping; stats: MappingStats; log: Logger };

/** Which partitions are ours: follows the consumer group through its joinings. */
export class Assignment {
  readonly #options: AssignmentOptions;
  readonly #consumer: () => Consumer;
  readonly #batcher: Batcher;
  readonly #commits: () => Commits;
  readonly #partitions = new Map<number, Partition>();
  #ids: readonly number[] = [];
  /** `outside` of the group; `joining` it again; `taking` what came of that; `settled` until the next joining. */
  #state: 'outside' | 'joining' | 'taking' | 'settled' = 'outside';
  #joins = 0;
  #memberId = '';
  /** When kafkajs first fetched after a joining began, in `performance.now()` ms. */
  #fetchedAt = Number.POSITIVE_INFINITY;

  /** @param consumer and `commits` are made after this, since they need it */
  constructor(options: AssignmentOptions, batcher: Batcher, consumer: () => Consumer, commits: () => Commits) {
    this.#options = options;
    this.#batcher = batcher;
    this.#consumer = consumer;
    this.#commits = commits;
  }

  /** Between joinings: what is fetched belongs to us, and our commits count. */
  get settled(): boolean {
    return this.#state === 'settled';
  }

  get partitions(): IterableIterator<Partition> {
    return this.#partitions.values();
  }

  get(id: number): Partition | undefined {
    return this.settled ? this.#partitions.get(id) : undefined;
  }

  /** Called by kafkajs before it asks to join: the last moment at which our commits count. */
  async beforeJoin(): Promise<void> {
    this.#joins++;
    this.#batcher.hold();
    if (this.settled) {
      await within(revokeLimit, this.#batcher.quiet());
      await within(1000, this.#commits().flush());
    }
    this.#state = 'joining';
    this.#fetchedAt = Number.POSITIVE_INFINITY;
  }

  /**
   * Where kafkajs gives a joining up (the coordinator moved, say) it goes on as the member that it was, and tells
   * nobody but the broker, by its heartbeats.
   * @returns the partitions that are ours all the same, to be taken again; undefined where no joining was given up
   */
  rejoined(memberId: string): readonly number[] | undefined {
    if (this.#state !== 'joining' || memberId !== this.#memberId) return undefined;
    this.#joins = 1;
    return this.#ids;
  }

  /**
   * Where kafkajs gives a joining up after the broker has forgotten the member, it fetches on as nobody, sends no
   * heartbeat, and never joins again.
   * @returns whether it does so, when it fetches: its heartbeats should have been heard by now
   */
  orphaned(): boolean {
    if (this.#state !== 'joining') return false;
    this.#fetchedAt = Math.min(this.#fetchedAt, performance.now());
    return performance.now() - this.#fetchedAt > silence;
  }

  /**
   * Takes the outcome of a joining. Work goes on in partitions that we had and have again: nobody else can have had
   * them if we stayed a member and took part in every joining. The others are lost, with all that is queued of them.
   * @returns false where the next joining began meanwhile
   */
  async take(ids: readonly number[], memberId: string): Promise<boolean> {
    const { admin, mapping, stats } = this.#options;
    const stayed = memberId === this.#memberId && this.#joins === 1;
    this.#joins = 0;
    this.#state = 'taking';
    this.#ids = ids;
    if (this.#memberId) stats.rebalances++;
    this.#memberId = memberId;
    for (const [id, partition] of this.#partitions) if (!stayed || !ids.includes(id)) this.#lose(partition);
    const fresh = ids.filter((id) => !this.#partitions.has(id));
    const positions = fresh.length > 0 ? await startingPositions(admin, mapping, fresh) : [];
    await this.#fixStart(positions);
    if (this.#joins > 0 || this.#memberId !== memberId) return false;
    for (const { partition, offset, finished } of positions) {
      this.#partitions.set(partition, new Partition(mapping.topic, partition, offset, finished));
    }
    // Without a pause between the two: what is fetched while we are not settled is dropped.
    this.#place();
    this.#state = 'settled';
    return true;
  }

  /** A crashed consumer is no member any more: whatever it had, others have by now. */
  forget(): void {
    this.#state = 'outside';
    this.#memberId = 'none';
  }

  /** kafkajs starts again from what is committed, and remembers who was paused in an earlier life. */
  #place(): void {
    const { topic } = this.#options.mapping;
    for (const [id, { next, paused }] of this.#partitions) {
      this.#consumer().seek({ topic, partition: id, offset: `${next}` });
      if (paused) this.#consumer().pause([{ topic, partitions: [id] }]);
      else this.#consumer().resume([{ topic, partitions: [id] }]);
    }
  }

  /** Committed at once, so that a restart before the first record does not look for LATEST again and miss some. */
  async #fixStart(positions: readonly Position[]): Promise<void> {
    const { topic, startingPosition } = this.#options.mapping;
    const open = positions.filter(({ committed }) => !committed);
    if (open.length === 0 || startingPosition.at === 'TRIM_HORIZON') return;
    const offsets = open.map(({ partition, offset }) => ({ topic, partition, offset: `${offset}` }));
    await this.#consumer().commitOffsets(offsets);
  }

  #lose(partition: Partition): void {
    partition.lost = true;
    this.#partitions.delete(partition.id);
    this.#batcher.drop(partition);
  }
}
