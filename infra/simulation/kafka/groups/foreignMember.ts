import type { Cluster } from '../cluster.ts';
import { errorName } from '../wire/errors.ts';
import { heartbeat } from './rights.ts';
import { type Assignment, assign, readAssignment, roundRobin, subscribeTo } from './subscription.ts';

export type ForeignOptions = Readonly<{
  topics: readonly string[];
  clientId?: string;
  /** In ms, as the next ones. */
  sessionTimeout?: number;
  rebalanceTimeout?: number;
  heartbeatInterval?: number;
  /** So long it lets the others wait when the group is to be joined anew. */
  slowness?: number;
}>;

/** A member of a group that is none of kafkajs': it joins, holds its partitions, and reads nothing. */
export class ForeignMember {
  readonly #cluster: Cluster;
  readonly #groupId: string;
  readonly #of: Required<ForeignOptions>;
  #memberId = '';
  #generation = -1;
  #assignment: Assignment = {};
  #gone = false;

  constructor(cluster: Cluster, groupId: string, options: ForeignOptions) {
    this.#cluster = cluster;
    this.#groupId = groupId;
    const usual = { sessionTimeout: 30_000, rebalanceTimeout: 60_000, heartbeatInterval: 3000, slowness: 0 };
    this.#of = { ...usual, clientId: 'foreign', ...options };
    void this.#join();
  }

  get memberId(): string {
    return this.#memberId;
  }

  /** The partitions that it holds, by topic; none while it joins. */
  get assignment(): Assignment {
    return this.#assignment;
  }

  /** Leaves in good order. */
  leave(): void {
    this.vanish();
    this.#cluster.groups.get(this.#groupId)?.remove(this.#memberId);
  }

  /** Is not heard of any more: the group has it until its session is over. */
  vanish(): void {
    this.#gone = true;
    this.#assignment = {};
  }

  /** Commits as one who holds the partition. @returns the name of the error, or NONE */
  commit(topic: string, partition: number, offset: number, metadata = ''): string {
    const { groups, trace } = this.#cluster;
    const said = groups.mayCommit({
      groupId: this.#groupId,
      memberId: this.#memberId,
      generationId: this.#generation,
    });
    if (said === 'NONE') groups.offsets(this.#groupId).set({ topic, partition }, { offset, metadata });
    trace.add('group', `${this.#memberId} commits ${topic}-${partition} ${offset}: ${said}`);
    return said;
  }

  async #join(): Promise<void> {
    const group = this.#cluster.groups.need(this.#groupId);
    const { clientId, topics, sessionTimeout, rebalanceTimeout } = this.#of;
    this.#assignment = {};
    const protocols = [{ name: roundRobin, metadata: subscribeTo(topics) }];
    const times = { sessionTimeout, rebalanceTimeout };
    const asked = { groupId: group.id, instanceId: null, protocolType: 'consumer', protocols, ...times };
    const newId = () => this.#cluster.groups.newMemberId(clientId);
    const joined = await group.join({ ...asked, memberId: this.#memberId }, clientId, newId);
    const error = errorName(joined.errorCode);
    this.#memberId = error === 'UNKNOWN_MEMBER_ID' ? '' : joined.memberId;
    if (this.#gone) group.remove(this.#memberId);
    else if (error === 'MEMBER_ID_REQUIRED') await this.#join();
    else if (error !== 'NONE') this.#after(this.#of.heartbeatInterval, () => this.#join());
    else await this.#sync(joined.generationId, joined.members);
  }

  async #sync(generationId: number, members: Parameters<typeof assign>[0]): Promise<void> {
    const partitionsOf = (topic: string) => this.#cluster.topics.get(topic)?.partitions.length ?? 0;
    const assignments = members.length > 0 ? assign(members, partitionsOf) : [];
    const named = { groupId: this.#groupId, memberId: this.#memberId, generationId, instanceId: null };
    const synced = await this.#cluster.groups.need(this.#groupId).sync({ ...named, assignments });
    if (this.#gone) return;
    this.#generation = generationId;
    if (synced.errorCode !== 0) {
      this.#after(this.#of.slowness, () => this.#join());
      return;
    }
    this.#assignment = readAssignment(synced.assignment);
    this.#beat();
  }

  #beat(): void {
    this.#after(this.#of.heartbeatInterval, () => {
      const group = this.#cluster.groups.get(this.#groupId);
      const said = heartbeat(group, this.#memberId, this.#generation);
      if (said === 'NONE') this.#beat();
      else this.#after(this.#of.slowness, () => this.#join());
    });
  }

  #after(milliseconds: number, run: () => unknown): void {
    this.#cluster.timers.after(milliseconds, () => {
      if (!this.#gone) run();
    });
  }
}
