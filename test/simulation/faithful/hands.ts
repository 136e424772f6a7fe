import type { Joined, RawBroker } from './raw.ts';
import { failureOf, type Scene } from './scene.ts';

/** Brokers take no shorter one. */
export const sessionTimeout = 6000;
export const protocol = (name: string, metadata = 'm') => ({ name, metadata: Buffer.from(metadata) });

/** Members that are moved by hand, each with a connection of its own: a broker answers one request at a time on each. */
export class Hands {
  readonly group: string;
  readonly #scene: Scene;

  constructor(scene: Scene) {
    this.#scene = scene;
    this.group = scene.name();
  }

  async member(): Promise<Hand> {
    const raw = await this.#scene.another();
    const broker = await raw.findGroupCoordinator({ groupId: this.group });
    return new Hand(broker, this.group);
  }
}

type Joining = Partial<{
  sessionTimeout: number;
  rebalanceTimeout: number;
  memberId: string;
  protocols: ReturnType<typeof protocol>[];
  protocolType: string;
}>;

export class Hand {
  readonly broker: RawBroker;
  readonly group: string;
  joined: Joined = { generationId: -1, leaderId: '', memberId: '', members: [] };

  constructor(broker: RawBroker, group: string) {
    this.broker = broker;
    this.group = group;
  }

  async join({ protocols = [protocol('p')], ...of }: Joining = {}): Promise<this> {
    const { memberId } = this.joined;
    const times = { sessionTimeout, rebalanceTimeout: 10_000 };
    this.joined = await this.broker.joinGroup({
      groupId: this.group,
      memberId,
      groupProtocols: protocols,
      ...times,
      ...of,
    });
    return this;
  }

  get isLeader(): boolean {
    return this.joined.leaderId === this.joined.memberId;
  }

  async sync(assignments: Record<string, string> = {}, generationId = this.joined.generationId): Promise<string> {
    const groupAssignment = Object.entries(assignments).map(([memberId, one]) => ({
      memberId,
      memberAssignment: Buffer.from(one),
    }));
    const of = { groupId: this.group, generationId, memberId: this.joined.memberId, groupAssignment };
    return String((await this.broker.syncGroup(of)).memberAssignment ?? '');
  }

  beat(of: { memberId?: string; groupGenerationId?: number } = {}): Promise<unknown> {
    const { memberId, generationId } = this.joined;
    return this.broker.heartbeat({ groupId: this.group, memberId, groupGenerationId: generationId, ...of });
  }

  leave(memberId = this.joined.memberId): Promise<unknown> {
    return this.broker.leaveGroup({ groupId: this.group, memberId });
  }

  commit(
    topic: string,
    offset: string,
    of: object = {},
    { metadata = null, partition = 0 }: { metadata?: string | null; partition?: number } = {},
  ): Promise<unknown> {
    const { memberId, generationId } = this.joined;
    const topics = [{ topic, partitions: [{ partition, offset, metadata }] }];
    return this.broker.offsetCommit({ groupId: this.group, memberId, groupGenerationId: generationId, topics, ...of });
  }
}

export async function alone(scene: Scene): Promise<Hand> {
  const member = await (await new Hands(scene).member()).join();
  await member.sync({ [member.joined.memberId]: 'mine' });
  return member;
}

/** Two members, of which the first leads, both with their part. */
export async function pair(scene: Scene) {
  const hands = new Hands(scene);
  const [first, second] = [await hands.member(), await hands.member()];
  await first.join();
  await first.sync({ [first.joined.memberId]: 'all' });
  const joining = second.join();
  await scene.until(async () => (await failureOf(first.beat())) !== 'no failure');
  await Promise.all([joining, first.join()]);
  const [leader, follower] = first.isLeader ? [first, second] : [second, first];
  const parts = { [first.joined.memberId]: 'first', [second.joined.memberId]: 'second' };
  const got = await Promise.all([follower.sync(), leader.sync(parts)]);
  return { hands, first, second, leader, follower, got };
}

/** Until the only member's session is over; to look does not prolong it. */
export const thrownOut = (scene: Scene, { group }: Hand) =>
  scene.until(async () => (await described(scene, group))[0]?.members === 0);

export const described = async (scene: Scene, group: string) => {
  const { groups } = await scene.admin.describeGroups([group]);
  return groups.map(({ protocol: name, protocolType, state, members }) => ({
    name,
    protocolType,
    state,
    members: members.length,
  }));
};

export const failureOfOne = (work: (member: Hand, scene: Scene) => Promise<unknown>) => async (scene: Scene) =>
  failureOf(work(await alone(scene), scene));
