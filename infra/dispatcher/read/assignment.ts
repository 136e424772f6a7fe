import type { Admin, Consumer } from 'kafkajs';
import type { Clock } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Batcher } from '../deliver/batcher.ts';
import { Partition } from '../record/partition.ts';
import type { Logger, MappingStats } from '../stats.ts';
import type { Membership } from './membership.ts';
import type { OwnedPartitions } from './ownedPartitions.ts';
import { type Position, startingPositions } from './positions.ts';

export type AssignmentOptions = { clock: Clock; admin: Admin; mapping: Mapping; stats: MappingStats; log: Logger };

export type Assigned = { owned: OwnedPartitions; membership: Membership; consumer: Consumer; batcher: Batcher };

/** Makes the partitions that a joining gave us ours, and gives up those that it took. */
export class Assignment {
  readonly #options: AssignmentOptions;
  readonly #in: Assigned;

  constructor(options: AssignmentOptions, assigned: Assigned) {
    this.#options = options;
    this.#in = assigned;
  }

  /**
   * Takes the outcome of a joining. Work goes on in partitions that we had and have again, if we stayed. The others
   * are lost, with all that is queued of them.
   * @returns false where the next joining began meanwhile
   */
  async take(ids: readonly number[], memberId: string): Promise<boolean> {
    const { admin, mapping, stats } = this.#options;
    const { owned, membership } = this.#in;
    const { stayed, again } = membership.joined(ids, memberId);
    if (again) stats.rebalances++;
    for (const partition of owned.all) if (!stayed || !ids.includes(partition.id)) this.#lose(partition);
    const fresh = ids.filter((id) => !owned.get(id));
    const positions = fresh.length > 0 ? await startingPositions(admin, mapping, fresh) : [];
    await this.#fixStart(positions);
    if (!membership.isLatest(memberId)) return false;
    for (const { partition, offset, finished } of positions) {
      owned.add(new Partition(this.#options.clock, mapping.topic, partition, offset, finished));
    }
    // Without a pause between the two: what is fetched while we are not settled is dropped.
    this.#place();
    owned.state = 'settled';
    return true;
  }

  /** kafkajs starts again from what is committed, and remembers who was paused in an earlier life. */
  #place(): void {
    const { owned, consumer } = this.#in;
    for (const { topic, id, next, paused } of owned.all) {
      consumer.seek({ topic, partition: id, offset: `${next}` });
      if (paused) consumer.pause([{ topic, partitions: [id] }]);
      else consumer.resume([{ topic, partitions: [id] }]);
    }
  }

  /** Committed at once, so that a restart before the first record does not look for LATEST again and miss some. */
  async #fixStart(positions: readonly Position[]): Promise<void> {
    const { topic, startingPosition } = this.#options.mapping;
    const open = positions.filter(({ committed }) => !committed);
    if (open.length === 0 || startingPosition.at === 'TRIM_HORIZON') return;
    const offsets = open.map(({ partition, offset }) => ({ topic, partition, offset: `${offset}` }));
    await this.#in.consumer.commitOffsets(offsets);
  }

  #lose(partition: Partition): void {
    this.#in.owned.lose(partition);
    this.#in.batcher.drop(partition);
  }
}
