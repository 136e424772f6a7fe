/** By topic. */
export type Offsets = readonly {
  topic: string;
  partitions: readonly { partition: number; offset: string; metadata?: string | null }[];
}[];

type Identity = Readonly<{ groupId: string; groupGenerationId: number; memberId: string }>;
type Coordinator = Readonly<{ offsetCommit(request: Identity & { topics: Offsets }): Promise<object> }>;

/** Of no generation that a group can have; not the one before any either. */
export const noGeneration = -2;

/** Who we are to the coordinator of our group, and which broker that is. */
export class GroupMember {
  #coordinator: Coordinator | undefined;
  #identity: Identity | undefined;

  /** The generation of the last joining that was accepted. */
  get generation(): number {
    return this.#identity?.groupGenerationId ?? noGeneration;
  }

  /** Where kafkajs sends its heartbeats from here on, also when it gives up the joining that it looked it up for. */
  found(coordinator: Coordinator): void {
    this.#coordinator = coordinator;
  }

  /** A coordinator has taken us up. */
  accepted(identity: Identity): void {
    this.#identity = identity;
  }

  /**
   * Commits once, in the generation that we are in. kafkajs would ask the coordinator of the last whole joining, for ever, and
   * its `commitOffsets` try again by itself, in whichever generation there is by then: that sets back what others read.
   * @throws what the coordinator says, and where none has taken us up yet
   */
  async commit(topics: Offsets): Promise<void> {
    if (!this.#identity || !this.#coordinator) throw new Error('it is no member of its group yet');
    await this.#coordinator.offsetCommit({ ...this.#identity, topics });
  }
}
