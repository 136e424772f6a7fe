import type { Partition } from '../record/partition.ts';

/** Which partitions this consumer has, and how it stands with its group. */
export class OwnedPartitions {
  readonly #partitions = new Map<number, Partition>();
  /** `outside` of the group; `joining` it again; `taking` what came of that; `settled` until the next joining. */
  state: 'outside' | 'joining' | 'taking' | 'settled' = 'outside';

  /** Between joinings: what is fetched belongs to us, and our commits count. */
  get settled(): boolean {
    return this.state === 'settled';
  }

  get all(): IterableIterator<Partition> {
    return this.#partitions.values();
  }

  get(id: number): Partition | undefined {
    return this.#partitions.get(id);
  }

  /** What we asked for is not in the log. */
  reset(id: number): void {
    const partition = this.#partitions.get(id);
    if (partition) partition.reset = true;
  }

  /** Whether it is to be looked up where to go on. */
  get isReset(): boolean {
    return this.settled && [...this.all].some(({ reset }) => reset);
  }

  add(partition: Partition): void {
    this.#partitions.set(partition.id, partition);
  }

  lose(partition: Partition): void {
    partition.lost = true;
    this.#partitions.delete(partition.id);
  }
}
