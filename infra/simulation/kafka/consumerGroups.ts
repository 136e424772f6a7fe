import type { Cluster } from './cluster.ts';
import { ForeignMember, type ForeignOptions } from './groups/foreignMember.ts';
import type { GroupState } from './groups/group.ts';
import type { Committed, Place } from './groups/offsets.ts';
import { type Assignment, readAssignment } from './groups/subscription.ts';

type GroupView = Readonly<{
  state: GroupState;
  generation: number;
  leader: string;
  members: readonly Readonly<{ memberId: string; clientId: string; assignment: Assignment }>[];
}>;

/** Groups as their coordinators know them, and what can befall them. */
export class ConsumerGroups {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  /** Undefined for a group that never was. */
  view(groupId: string): GroupView | undefined {
    const group = this.#cluster.groups.get(groupId);
    if (!group) return undefined;
    const members = group.members.list.map(({ id, clientId, assignment }) => {
      return { memberId: id, clientId, assignment: readAssignment(assignment) };
    });
    return { state: group.state, generation: group.generation, leader: group.leader, members };
  }

  /** What the group has committed for a topic, by partition. */
  committed(groupId: string, topic: string): ReadonlyMap<number, Committed> {
    return this.#cluster.groups.committed(groupId).topics.get(topic) ?? new Map();
  }

  /** Commits in the group's name, whoever its members are. */
  commit(groupId: string, place: Place, offset: number, metadata = ''): void {
    this.#cluster.groups.need(groupId);
    this.#cluster.groups.offsets(groupId).set(place, { offset, metadata });
  }

  /** Lets another member join; it is a member a little later. */
  join(groupId: string, options: ForeignOptions): ForeignMember {
    this.#tell(`another member joins ${groupId}`);
    return new ForeignMember(this.#cluster, groupId, options);
  }

  /** Throws a member out as if its session were over; all members unless one is named. */
  evict(groupId: string, memberId?: string): void {
    const group = this.#cluster.groups.get(groupId);
    this.#tell(`${memberId ?? 'every member'} is thrown out of ${groupId}`);
    for (const { id } of group?.members.list ?? []) if (memberId === undefined || id === memberId) group?.remove(id);
  }

  /** The coordinator reads the group anew from its log. @param members whether they are in it */
  reload(groupId: string, members: 'kept' | 'lost' = 'kept'): void {
    this.#tell(`${groupId} is read anew, its members are ${members}`);
    this.#cluster.groups.get(groupId)?.reload(members === 'lost');
  }

  /** Forgets what the group has committed, as after the offsets' retention. */
  expireOffsets(groupId: string): void {
    this.#tell(`the offsets of ${groupId} expire`);
    const { topics } = this.#cluster.groups.committed(groupId);
    for (const topic of [...topics.keys()]) this.#cluster.groups.offsets(groupId).forgetTopic(topic);
  }

  #tell(text: string): void {
    this.#cluster.trace.add('disturbance', text);
  }
}
