import type { Admin } from 'kafkajs';
import type { Clock } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Batcher } from '../deliver/batcher.ts';
import { Partition } from '../record/partition.ts';
import type { Position } from '../record/place.ts';
import type { Logger, MappingStats } from '../stats.ts';
import type { FetchControl } from './fetchControl.ts';
import type { GroupMember } from './groupMember.ts';
import type { Assigned, Membership } from './membership.ts';
import type { OwnedPartitions } from './ownedPartitions.ts';
import { StartingPositions } from './positions.ts';

/** All consumers of a mapping share its `stats`. */
export type AssignmentOptions = { clock: Clock; admin: Admin; mapping: Mapping; stats: MappingStats; log: Logger };

type Parts = {
  owned: OwnedPartitions;
  membership: Membership;
  member: GroupMember;
  control: FetchControl;
  batcher: Batcher;
};

/** Makes the partitions that the group gave us ours, and gives up those that it took. */
export class Assignment {
  readonly #options: AssignmentOptions;
  readonly #in: Parts;
  readonly #positions: StartingPositions;

  constructor(options: AssignmentOptions, parts: Parts) {
    this.#options = options;
    this.#in = parts;
    this.#positions = new StartingPositions(options);
  }

  /**
   * Work goes on in partitions that we had and have again, if we stayed. The others are lost, with all that is queued
   * of them.
   * @returns false where something began meanwhile that may change whose they are
   */
  async take(assigned: Assigned): Promise<boolean> {
    const { owned, membership, control } = this.#in;
    const { ids, stayed } = assigned;
    for (const partition of owned.all) if (!stayed || !ids.includes(partition.id)) this.#lose(partition);
    const had = new Map([...owned.all].map((partition) => [partition.id, partition]));
    const fresh = await this.#positions.of(ids, had);
    // What is committed from here on counts for the generation that there is now.
    if (!membership.isCurrent(assigned)) return false;
    await this.#fixStart(fresh);
    if (!membership.isCurrent(assigned)) return false;
    for (const position of fresh) this.#begin(position);
    // Without a pause between the two: what is fetched while we are not settled is dropped.
    for (const partition of owned.all) control.place(partition);
    membership.settle();
    return true;
  }

  /** Everything belongs to others by now. */
  loseAll(): void {
    for (const partition of this.#in.owned.all) this.#lose(partition);
  }

  #begin(position: Position): void {
    const { mapping, log, clock } = this.#options;
    const { owned } = this.#in;
    const before = owned.get(position.partition);
    if (before) {
      this.#lose(before);
      const where = `${mapping.topic}-${position.partition}`;
      log.warn(
        `${mapping.id}: ${where} was cut or made anew below offset ${before.next}: reads on at ${position.offset}`,
      );
    }
    owned.add(new Partition(clock, mapping.topic, position));
  }

  /**
   * Committed at once, so that a restart before the first record does not look for LATEST again and miss some, and does
   * not begin where the log that was read before had ended.
   */
  async #fixStart(positions: readonly Position[]): Promise<void> {
    const { topic, startingPosition } = this.#options.mapping;
    const isFixed = ({ partition, known }: Position) =>
      known >= 0 || (startingPosition.at === 'TRIM_HORIZON' && !this.#in.owned.get(partition));
    const open = positions.filter((position) => !isFixed(position));
    if (open.length === 0) return;
    const partitions = open.map(({ partition, offset }) => ({ partition, offset: `${offset}` }));
    await this.#in.member.commit([{ topic, partitions }]);
    for (const position of open) position.known = position.offset;
  }

  #lose(partition: Partition): void {
    this.#in.owned.lose(partition);
    this.#in.batcher.drop(partition);
  }
}
