import type { ClusterState, Node } from '../clusterState.ts';
import { Coordinators } from '../coordinators.ts';
import type { Request } from '../wire/apis.ts';
import { Group } from './group.ts';
import { Offsets } from './offsets.ts';
import { mayCommit } from './rights.ts';

const longestMetadata = 4096;

/** All groups, and what they have committed. */
export class Groups {
  readonly coordinators: Coordinators;
  readonly #cluster: ClusterState;
  readonly #groups = new Map<string, Group>();
  readonly #offsets = new Map<string, Offsets>();
  #ids = 0;

  constructor(cluster: ClusterState) {
    this.#cluster = cluster;
    this.coordinators = new Coordinators(cluster, (id) => this.#groups.get(id)?.reload());
  }

  get ids(): string[] {
    return [...new Set([...this.#groups.keys(), ...this.#offsets.keys()])];
  }

  get(id: string): Group | undefined {
    return this.#groups.get(id);
  }

  exists(id: string): boolean {
    return this.#groups.has(id) || this.#offsets.has(id);
  }

  /** The group, which is made if there is none. */
  need(id: string): Group {
    const group =
      this.#groups.get(id) ?? new Group(id, this.#cluster.timers, this.#cluster.settings.initialRebalanceDelay);
    this.#groups.set(id, group);
    return group;
  }

  /** A member id that no other has. */
  newMemberId(clientId: string): string {
    const { random } = this.#cluster;
    return `${clientId}-${++this.#ids}-${random.uint32().toString(16).padStart(8, '0')}`;
  }

  offsets(id: string): Offsets {
    const offsets = this.#offsets.get(id) ?? new Offsets();
    this.#offsets.set(id, offsets);
    return offsets;
  }

  /** Of a group that may not be. */
  committed(id: string): Offsets {
    return this.#offsets.get(id) ?? new Offsets();
  }

  /** The name of the error that the broker answers to whoever asks it about the group, or NONE. */
  refusal(node: Node, id: string): string {
    return id === '' ? 'INVALID_GROUP_ID' : this.coordinators.refusal(node, id);
  }

  /** @returns the name of an error that concerns all partitions, or NONE */
  mayCommit({ groupId, memberId, generationId }: Omit<Request<'OffsetCommit'>, 'topics'>): string {
    return mayCommit(this.#groups.get(groupId), memberId, generationId);
  }

  /** @returns the name of an error that concerns one partition, or NONE */
  mayStore(topic: string, partition: number, metadata: string | null): string {
    if (Buffer.byteLength(metadata ?? '') > longestMetadata) return 'OFFSET_METADATA_TOO_LARGE';
    return this.#cluster.partition(topic, partition) ? 'NONE' : 'UNKNOWN_TOPIC_OR_PARTITION';
  }

  /** @returns the name of the error, or NONE */
  delete(id: string): string {
    if (!this.exists(id)) return 'GROUP_ID_NOT_FOUND';
    if ((this.#groups.get(id)?.members.size ?? 0) > 0) return 'NON_EMPTY_GROUP';
    this.#groups.delete(id);
    this.#offsets.delete(id);
    return 'NONE';
  }

  forgetTopic(topic: string): void {
    for (const offsets of this.#offsets.values()) offsets.forgetTopic(topic);
  }
}
