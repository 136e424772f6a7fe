import type { Timers } from '../timers.ts';
import { type JoinRequest, type Member, type MemberState, memberOf, stateOf } from './member.ts';

/** A member that is new may wait so many ms for the others to join. */
const newMemberPatience = 300_000;

/** The members of one group, and those that have got an id and are yet to join with it. */
export class Members {
  readonly #all = new Map<string, Member>();
  readonly #pending = new Map<string, () => void>();
  readonly #timers: Timers;
  readonly #expired: (memberId: string) => void;

  /** @param expired is told of a member that was silent for its session's time */
  constructor(timers: Timers, expired: (memberId: string) => void) {
    this.#timers = timers;
    this.#expired = expired;
  }

  get list(): readonly Member[] {
    return [...this.#all.values()];
  }

  get size(): number {
    return this.#all.size;
  }

  get allJoin(): boolean {
    return this.#pending.size === 0 && this.list.every(({ joining }) => joining);
  }

  /** In ms: so long the slowest of them may take to join. */
  get rebalanceTimeout(): number {
    return Math.max(0, ...this.list.map(({ rebalanceTimeout }) => rebalanceTimeout));
  }

  get(id: string): Member | undefined {
    return this.#all.get(id);
  }

  /** Hands out an id, which is good for one session's time. */
  expect(id: string, sessionTimeout: number): void {
    this.#pending.set(
      id,
      this.#timers.after(sessionTimeout, () => this.#expired(id)),
    );
  }

  /** @returns whether there was such an id */
  unexpect(id: string): boolean {
    this.#pending.get(id)?.();
    return this.#pending.delete(id);
  }

  add(state: MemberState): Member {
    const member = memberOf(state);
    this.#all.set(member.id, member);
    member.endSession = this.#timers.after(newMemberPatience, () => this.#expired(member.id));
    return member;
  }

  remove(member: Member): void {
    member.endSession();
    this.#all.delete(member.id);
  }

  /** Starts the member's session anew. */
  touch(member: Member): void {
    member.endSession();
    member.endSession = this.#timers.after(member.sessionTimeout, () => {
      if (!member.joining && !member.syncing) this.#expired(member.id);
    });
  }

  /** The protocol that most members prefer of those that all of them speak. */
  chooseProtocol(): string {
    const spoken = this.list.map(({ protocols }) => protocols.map(({ name }) => name));
    const common = (spoken[0] ?? []).filter((name) => spoken.every((names) => names.includes(name)));
    const votes = spoken.map((names) => names.find((name) => common.includes(name)));
    const count = (name: string) => votes.filter((vote) => vote === name).length;
    return common.reduce((best, name) => (count(name) > count(best) ? name : best), common[0] ?? '');
  }

  /** Whether one who speaks these protocols can work with all members. */
  understand(protocols: JoinRequest['protocols'], except: string): boolean {
    const others = this.list.filter(({ id }) => id !== except);
    return protocols.some(({ name }) => others.every((one) => one.protocols.some((two) => two.name === name)));
  }

  states(): MemberState[] {
    return this.list.map(stateOf);
  }

  /** Forgets all members; the sessions of those that are put in their place begin. */
  reset(states: readonly MemberState[]): void {
    for (const member of this.list) this.remove(member);
    for (const id of [...this.#pending.keys()]) this.unexpect(id);
    for (const state of states) this.touch(this.add(state));
  }
}
