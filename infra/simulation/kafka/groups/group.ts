import type { Timers } from '../timers.ts';
import { throttleTime } from '../wire/api.ts';
import type { Request } from '../wire/apis.ts';
import { noBytes, refuseJoin, syncAnswer } from './answers.ts';
import { type JoinAnswer, type JoinRequest, type Member, type SyncAnswer, sameProtocols } from './member.ts';
import { Members } from './members.ts';

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

type Kept = Readonly<{ generation: number; leader: string; protocol: string; members: ReturnType<Members['states']> }>;

/** One group of the classic protocol, as its coordinator leads it through its states. Without static members. */
export class Group {
  readonly id: string;
  readonly members: Members;
  protocolType = '';
  protocol = '';
  generation = 0;
  leader = '';
  state: GroupState = 'Empty';
  readonly #timers: Timers;
  readonly #initialDelay: number;
  #endRebalance: () => void = () => undefined;
  #awaitsFirst = false;
  /** Members that have not asked for their part of this generation yet. */
  #unsynced = new Set<string>();
  /** What another coordinator would read of the group in the log. */
  #kept: Kept = { generation: 0, leader: '', protocol: '', members: [] };

  /** @param initialDelay ms in which others may join a group that has had no member */
  constructor(id: string, timers: Timers, initialDelay: number) {
    this.id = id;
    this.#timers = timers;
    this.#initialDelay = initialDelay;
    this.members = new Members(timers, (memberId) => this.remove(memberId));
  }

  /** @param newId the id that the member gets if it has none */
  join(request: JoinRequest, clientId: string, newId: () => string): JoinAnswer | Promise<JoinAnswer> {
    const { memberId, protocols, protocolType } = request;
    const known = this.members.get(memberId);
    const fits = this.members.size === 0 || protocolType === this.protocolType;
    if (!fits || protocols.length === 0 || !this.members.understand(protocols, memberId)) {
      return refuseJoin(memberId, 'INCONSISTENT_GROUP_PROTOCOL');
    }
    if (memberId === '') {
      const id = newId();
      this.members.expect(id, request.sessionTimeout);
      return refuseJoin(id, 'MEMBER_ID_REQUIRED');
    }
    if (!known) {
      if (!this.members.unexpect(memberId)) return refuseJoin(memberId, 'UNKNOWN_MEMBER_ID');
      const { sessionTimeout, rebalanceTimeout } = request;
      this.protocolType = protocolType;
      const state = { id: memberId, clientId, sessionTimeout, rebalanceTimeout, protocols, assignment: noBytes };
      return this.#rejoin(this.members.add(state), request);
    }
    const unchanged = sameProtocols(known, protocols);
    const goesOn = this.state === 'Stable' && known.id !== this.leader;
    if (unchanged && (goesOn || this.state === 'CompletingRebalance')) return this.#joined(known);
    return this.#rejoin(known, request);
  }

  #rejoin(member: Member, request: JoinRequest): Promise<JoinAnswer> {
    const { sessionTimeout, rebalanceTimeout, protocols } = request;
    Object.assign(member, { sessionTimeout, rebalanceTimeout, protocols });
    const { promise, resolve } = Promise.withResolvers<JoinAnswer>();
    member.joining = resolve;
    if (this.state !== 'PreparingRebalance') this.#prepare();
    this.#completeIfAllJoin();
    return promise;
  }

  #joined(member: Member): JoinAnswer {
    const { generation: generationId, protocol, leader: leaderId } = this;
    const members = this.members.list.map(({ id, protocols }) => ({
      memberId: id,
      instanceId: null,
      metadata: protocols.find(({ name }) => name === protocol)?.metadata ?? noBytes,
    }));
    const shown = member.id === leaderId ? members : [];
    return { throttleTime, errorCode: 0, generationId, protocol, leaderId, memberId: member.id, members: shown };
  }

  #prepare(): void {
    this.#answerSyncs(() => syncAnswer('REBALANCE_IN_PROGRESS'));
    this.#awaitsFirst = this.state === 'Empty';
    this.state = 'PreparingRebalance';
    this.#endRebalance();
    const delay = this.#awaitsFirst ? this.#initialDelay : this.members.rebalanceTimeout;
    this.#endRebalance = this.#timers.after(delay, () => this.#completeJoin());
  }

  #completeIfAllJoin(): void {
    if (this.state === 'PreparingRebalance' && !this.#awaitsFirst && this.members.allJoin) this.#completeJoin();
  }

  #completeJoin(): void {
    this.#endRebalance();
    this.#awaitsFirst = false;
    for (const member of this.members.list) if (!member.joining) this.members.remove(member);
    this.generation++;
    if (this.members.size === 0) {
      Object.assign(this, { state: 'Empty', protocol: '', leader: '' });
      this.#keep();
      return;
    }
    this.protocol = this.members.chooseProtocol();
    if (!this.members.get(this.leader)) this.leader = this.members.list[0]?.id ?? '';
    this.state = 'CompletingRebalance';
    for (const member of this.members.list) {
      const answer = member.joining;
      Object.assign(member, { joining: undefined, assignment: noBytes });
      this.members.touch(member);
      answer?.(this.#joined(member));
    }
    // Who does not ask for its part in time is no member any more.
    const late = new Set(this.members.list.map(({ id }) => id));
    this.#unsynced = late;
    this.#endRebalance = this.#timers.after(this.members.rebalanceTimeout, () => {
      for (const id of late) this.remove(id);
    });
  }

  sync(request: Request<'SyncGroup'>): SyncAnswer | Promise<SyncAnswer> {
    const member = this.members.get(request.memberId);
    if (!member || this.state === 'Empty') return syncAnswer('UNKNOWN_MEMBER_ID');
    if (request.generationId !== this.generation) return syncAnswer('ILLEGAL_GENERATION');
    if (this.state === 'PreparingRebalance') return syncAnswer('REBALANCE_IN_PROGRESS');
    this.#unsynced.delete(member.id);
    if (this.state === 'Stable') {
      this.members.touch(member);
      return syncAnswer('NONE', member.assignment);
    }
    const { promise, resolve } = Promise.withResolvers<SyncAnswer>();
    member.syncing = resolve;
    if (member.id === this.leader) this.#assign(request.assignments);
    return promise;
  }

  #assign(assignments: Request<'SyncGroup'>['assignments']): void {
    for (const { memberId, assignment } of assignments) {
      const member = this.members.get(memberId);
      if (member) member.assignment = assignment;
    }
    this.state = 'Stable';
    this.#keep();
    this.#answerSyncs(({ assignment }) => syncAnswer('NONE', assignment));
  }

  #answerSyncs(answer: (member: Member) => SyncAnswer): void {
    for (const member of this.members.list) {
      const { syncing } = member;
      member.syncing = undefined;
      if (!syncing) continue;
      this.members.touch(member);
      syncing(answer(member));
    }
  }

  /** A member leaves, or is thrown out. @returns the name of the error, or NONE */
  remove(memberId: string): string {
    const member = this.members.get(memberId);
    if (!member && !this.members.unexpect(memberId)) return 'UNKNOWN_MEMBER_ID';
    if (member) {
      member.joining?.(refuseJoin(memberId, 'UNKNOWN_MEMBER_ID'));
      member.syncing?.(syncAnswer('UNKNOWN_MEMBER_ID'));
      this.members.remove(member);
      if (this.state === 'Stable' || this.state === 'CompletingRebalance') this.#prepare();
    }
    this.#completeIfAllJoin();
    return 'NONE';
  }

  #keep(): void {
    const { generation, leader, protocol } = this;
    this.#kept = { generation, leader, protocol, members: this.members.states() };
  }

  /**
   * Another broker leads the group from now on, with what is in the log: the last generation that was complete.
   * @param forget the members are not in it
   */
  reload(forget = false): void {
    this.#endRebalance();
    for (const member of this.members.list) {
      member.joining?.(refuseJoin(member.id, 'NOT_COORDINATOR_FOR_GROUP'));
      member.syncing?.(syncAnswer('NOT_COORDINATOR_FOR_GROUP'));
    }
    const { members, ...kept } = this.#kept;
    Object.assign(this, kept);
    this.members.reset(forget ? [] : members);
    this.state = this.members.size === 0 ? 'Empty' : 'Stable';
  }
}
