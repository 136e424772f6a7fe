import { alone, described, failureOfOne, Hands, pair, protocol, sessionTimeout, thrownOut } from './hands.ts';
import { behaviour, failureOf } from './scene.ts';

export const groupBehaviours = [
  behaviour('the first member leads the first generation', async (scene) => {
    const { joined, isLeader } = await (await new Hands(scene).member()).join();
    return [joined.generationId, isLeader, joined.members.length, joined.memberId.startsWith('faithful-')];
  }),
  behaviour('a member gets its part', async (scene) => {
    const member = await (await new Hands(scene).member()).join();
    return member.sync({ [member.joined.memberId]: 'mine' });
  }),
  behaviour('two members get their parts in the next generation', async (scene) => {
    const { first, second, got, leader, follower } = await pair(scene);
    return [
      first.joined.generationId,
      second.joined.generationId,
      leader === first,
      [...got].sort(),
      leader.joined.members.length,
      follower.joined.members.length,
    ];
  }),
  behaviour('a leader that joins again waits for the others', async (scene) => {
    const { leader } = await pair(scene);
    const joined = leader.join().then(() => 'joined');
    return Promise.race([joined, scene.pause(300).then(() => 'it waits for the other')]);
  }),
  behaviour('a follower that joins again without change is in the same generation at once', async (scene) => {
    const { follower } = await pair(scene);
    const { generationId } = follower.joined;
    await follower.join();
    return [follower.joined.generationId === generationId, await follower.sync()];
  }),
  behaviour('a follower that joins again with a change starts a new generation', async (scene) => {
    const { leader, follower } = await pair(scene);
    const joining = follower.join({ protocols: [protocol('p', 'changed')] });
    await scene.until(async () => (await failureOf(leader.beat())) !== 'no failure');
    await Promise.all([joining, leader.join()]);
    return [leader.joined.generationId, follower.joined.generationId, leader.joined.members.length];
  }),
  behaviour('the only member that leads joins again: a new generation', async (scene) => {
    const member = await alone(scene);
    await member.join();
    return member.joined.generationId;
  }),
  behaviour(
    'a member beats',
    failureOfOne((member) => member.beat()),
  ),
  behaviour(
    'an unknown member does not beat',
    failureOfOne((member) => member.beat({ memberId: 'nobody' })),
  ),
  behaviour(
    'an old generation does not beat',
    failureOfOne((member) => member.beat({ groupGenerationId: 0 })),
  ),
  behaviour(
    'a coming generation does not beat',
    failureOfOne((member) => member.beat({ groupGenerationId: 7 })),
  ),
  behaviour('nobody beats in a group that is not there', async (scene) =>
    failureOf((await new Hands(scene).member()).beat()),
  ),
  behaviour('a beat tells that another joins', async (scene) => {
    const hands = new Hands(scene);
    const [first, second] = [await hands.member(), await hands.member()];
    await first.join();
    await first.sync({ [first.joined.memberId]: 'all' });
    void second.join().catch(() => undefined);
    await scene.until(async () => (await failureOf(first.beat())) !== 'no failure');
    const seen = await failureOf(first.beat());
    await first.join();
    return seen;
  }),
  behaviour('between joining and its part a member beats', async (scene) => {
    const member = await (await new Hands(scene).member()).join();
    return failureOf(member.beat());
  }),
  behaviour(
    'an unknown member gets no part',
    failureOfOne((member) => {
      member.joined = { ...member.joined, memberId: 'nobody' };
      return member.sync();
    }),
  ),
  behaviour(
    'an old generation gets no part',
    failureOfOne((member) => member.sync({}, 0)),
  ),
  behaviour('in a stable group a member is told its part again', async (scene) => (await alone(scene)).sync()),
  behaviour(
    'an unknown member cannot join',
    failureOfOne((member) => member.join({ memberId: 'nobody' })),
  ),
  behaviour('an unknown member cannot join a group that is not there', async (scene) =>
    failureOf((await new Hands(scene).member()).join({ memberId: 'nobody' })),
  ),
  behaviour(
    'too short a session is refused',
    failureOfOne((member) => member.join({ sessionTimeout: 10 })),
  ),
  behaviour(
    'too long a session is refused',
    failureOfOne((member) => member.join({ sessionTimeout: 2_000_000 })),
  ),
  behaviour('a group of another kind cannot be joined', async (scene) => {
    const { hands } = await pair(scene);
    return failureOf((await hands.member()).join({ protocolType: 'other' }));
  }),
  behaviour('one with whom nobody can agree cannot join', async (scene) => {
    const { hands } = await pair(scene);
    return failureOf((await hands.member()).join({ protocols: [protocol('q')] }));
  }),
  behaviour('who speaks no protocol cannot join', async (scene) =>
    failureOf((await new Hands(scene).member()).join({ protocols: [] })),
  ),
  behaviour('a group without name cannot be joined', async (scene) => {
    const broker = await scene.broker();
    return failureOf(
      broker.joinGroup({ groupId: '', sessionTimeout, rebalanceTimeout: 1000, groupProtocols: [protocol('p')] }),
    );
  }),
  behaviour('who leaves is no member any more', async (scene) => {
    const member = await alone(scene);
    await member.leave();
    return failureOf(member.beat());
  }),
  behaviour(
    'an unknown member cannot leave',
    failureOfOne((member) => member.leave('nobody')),
  ),
  behaviour('nobody can leave a group that is not there', async (scene) =>
    failureOf((await new Hands(scene).member()).leave('nobody')),
  ),
  behaviour('when one leaves the other is to join again, and leads', async (scene) => {
    const { leader, follower } = await pair(scene);
    await leader.leave();
    const told = await failureOf(follower.beat());
    await follower.join();
    return [told, follower.joined.generationId, follower.isLeader, follower.joined.members.length];
  }),
  behaviour('a member that is silent is thrown out', async (scene) => {
    const { leader, follower } = await pair(scene);
    const beating = async () => (await failureOf(leader.beat())) !== 'no failure';
    const since = Date.now();
    await scene.until(beating);
    const inTime = Date.now() - since > sessionTimeout - 1000;
    await leader.join();
    return [inTime, leader.joined.members.length, await failureOf(follower.beat())];
  }),
  behaviour('the only member that is silent is thrown out', async (scene) => {
    const member = await alone(scene);
    await thrownOut(scene, member);
    return failureOf(member.beat());
  }),
  behaviour('who does not join again in time is thrown out', async (scene) => {
    const hands = new Hands(scene);
    const [first, second] = [await hands.member(), await hands.member()];
    await first.join({ rebalanceTimeout: 2000 });
    await first.sync({ [first.joined.memberId]: 'all' });
    await second.join({ rebalanceTimeout: 2000 });
    return [second.isLeader, second.joined.generationId, second.joined.members.length, await failureOf(first.beat())];
  }),
  behaviour('a group is described as long as it is empty and after', async (scene) => {
    const hands = new Hands(scene);
    const seen: unknown[] = [await described(scene, hands.group)];
    const member = await (await hands.member()).join();
    seen.push(await described(scene, hands.group));
    await member.sync({ [member.joined.memberId]: 'mine' });
    seen.push(await described(scene, hands.group));
    await member.leave();
    seen.push(await described(scene, hands.group));
    return seen;
  }),
  behaviour('a group is listed, and not after it is deleted', async (scene) => {
    const hands = new Hands(scene);
    const listed = async () =>
      (await scene.admin.listGroups()).groups.find(({ groupId }) => groupId === hands.group)?.protocolType ?? 'none';
    const member = await (await hands.member()).join();
    await member.sync({ [member.joined.memberId]: 'mine' });
    const seen = [await listed(), await failureOf(scene.admin.deleteGroups([hands.group]))];
    await member.leave();
    return [...seen, await failureOf(scene.admin.deleteGroups([hands.group])), await listed()];
  }),
  behaviour('a group that is not there cannot be deleted', (scene) =>
    failureOf(scene.admin.deleteGroups([scene.name()])),
  ),
];
