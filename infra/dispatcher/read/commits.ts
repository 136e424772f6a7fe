import { type Clock, sleep } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Partition } from '../record/partition.ts';
import type { Logger, MappingStats } from '../stats.ts';
import type { GroupMember } from './groupMember.ts';
import type { OwnedPartitions } from './ownedPartitions.ts';
import { writeProgress } from './progress.ts';

/** Commits are put together for so long: at 13,000 batches a second one by one they cost more than the work. */
const pause = 100;
/** How long a broker that refused is left alone. */
const patience = 200;

type Marks = { partition: Partition; offset: number; changes: number }[];

/** Tells Kafka up to where every record is done: one commit at a time, with all that was done meanwhile in the next. */
export class Commits {
  readonly #clock: Clock;
  readonly #mapping: Mapping;
  readonly #stats: MappingStats;
  readonly #log: Logger;
  readonly #owned: OwnedPartitions;
  readonly #member: GroupMember;
  readonly #end = new AbortController();
  #running: Promise<void> | undefined;
  /** The last refusal, until a commit succeeds: one that lasts is told once. */
  #refusal = '';

  constructor(
    of: { clock: Clock; mapping: Mapping; stats: MappingStats; log: Logger },
    owned: OwnedPartitions,
    member: GroupMember,
  ) {
    this.#clock = of.clock;
    this.#mapping = of.mapping;
    this.#stats = of.stats;
    this.#log = of.log;
    this.#owned = owned;
    this.#member = member;
  }

  /** Commits what is done; what becomes done within the next milliseconds goes with it. */
  soon(): void {
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  /** Commits what is done now. */
  async flush(): Promise<void> {
    const marks = this.#due();
    if (marks.length > 0) await this.#commit(marks);
  }

  /** Commits nothing more by itself. */
  end(): void {
    this.#end.abort();
  }

  async #run(): Promise<void> {
    for (let marks = this.#due(); marks.length > 0; marks = this.#due()) {
      const done = await this.#commit(marks);
      await sleep(this.#clock, done ? pause : patience, this.#end.signal).catch(() => undefined);
    }
  }

  #due(): Marks {
    if (!this.#owned.settled || this.#end.signal.aborted) return [];
    return [...this.#owned.all]
      .map((partition) => ({ partition, offset: partition.watermark(), changes: partition.changes }))
      .filter(({ partition }) => !partition.reset)
      .filter(({ partition, offset }) => offset > partition.committed || partition.uncommittedSince > 0);
  }

  async #commit(marks: Marks): Promise<boolean> {
    const topic = this.#mapping.topic;
    const partitions = marks.map(({ partition, offset }) => ({
      partition: partition.id,
      offset: `${offset}`,
      metadata: writeProgress(offset, partition.progress()) || null,
    }));
    try {
      await this.#member.commit([{ topic, partitions }]);
    } catch (error) {
      // During a rebalance this is the answer to expect: whoever owns the partition next commits it.
      if (this.#owned.settled) this.#refused(`${this.#mapping.id}: commit failed, will be tried again: ${error}`);
      return false;
    }
    this.#refusal = '';
    this.#stats.commits++;
    for (const { partition, offset, changes } of marks) {
      this.#stats.committedRecords += Math.max(0, offset - partition.committed);
      partition.commit(offset, changes);
    }
    return true;
  }

  #refused(refusal: string): void {
    this.#stats.commitErrors++;
    if (refusal !== this.#refusal) this.#log.warn(refusal);
    this.#refusal = refusal;
  }
}
