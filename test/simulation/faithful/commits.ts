import { alone, described, Hands, thrownOut } from './hands.ts';
import { behaviour, failureOf, type Scene } from './scene.ts';

const offsetsOf = async (scene: Scene, group: string, topic: string) =>
  (await scene.admin.fetchOffsets({ groupId: group, topics: [topic] }))[0]?.partitions;

/** How a commit fails, and what is committed after. */
const committing =
  (of: object, told: { metadata?: string; partition?: number } = {}) =>
  async (scene: Scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const member = await (await hands.member()).join();
    await member.sync({ [member.joined.memberId]: 'mine' });
    const failure = await failureOf(member.commit(topic, '5', of, told));
    return [failure, await offsetsOf(scene, hands.group, topic)];
  };

const outsider = { memberId: '', groupGenerationId: -1 };

export const commitBehaviours = [
  behaviour('a member commits', committing({})),
  behaviour('a member commits with metadata', committing({}, { metadata: 'done+1' })),
  behaviour('empty metadata is none', committing({}, { metadata: '' })),
  behaviour('metadata of 4096 bytes is taken', committing({}, { metadata: 'x'.repeat(4096) })),
  behaviour('longer metadata is refused', committing({}, { metadata: 'x'.repeat(4097) })),
  behaviour('an unknown member does not commit', committing({ memberId: 'nobody' })),
  behaviour('an old generation does not commit', committing({ groupGenerationId: 0 })),
  behaviour('a coming generation does not commit', committing({ groupGenerationId: 9 })),
  behaviour('an outsider does not commit for a group that has members', committing(outsider)),
  behaviour('an unknown partition is not committed', committing({}, { partition: 7 })),
  behaviour('an outsider commits for a group that has no members', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const member = await hands.member();
    return [
      await failureOf(member.commit(topic, '3', outsider, { metadata: 'm' })),
      await offsetsOf(scene, hands.group, topic),
      await described(scene, hands.group),
    ];
  }),
  behaviour('a member of a group that is not there does not commit', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    return failureOf((await hands.member()).commit(topic, '3', { memberId: 'nobody', groupGenerationId: 1 }));
  }),
  behaviour('a member commits while another joins', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const [first, second] = [await hands.member(), await hands.member()];
    await first.join();
    await first.sync({ [first.joined.memberId]: 'all' });
    const joining = second.join();
    await scene.until(async () => (await failureOf(first.beat())) !== 'no failure');
    const failure = await failureOf(first.commit(topic, '4'));
    await Promise.all([joining, first.join()]);
    return [failure, await offsetsOf(scene, hands.group, topic)];
  }),
  behaviour('nobody commits between joining and the parts', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const member = await (await hands.member()).join();
    return failureOf(member.commit(topic, '4'));
  }),
  behaviour('who was thrown out does not commit', async (scene) => {
    const [topic, member] = [await scene.topic(), await alone(scene)];
    await thrownOut(scene, member);
    return failureOf(member.commit(topic, '4'));
  }),
  behaviour('a commit goes back', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const member = await hands.member();
    await member.commit(topic, '9', outsider);
    await member.commit(topic, '2', outsider);
    return offsetsOf(scene, hands.group, topic);
  }),
  behaviour('what is committed outlives the members', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const member = await (await hands.member()).join();
    await member.sync({ [member.joined.memberId]: 'mine' });
    await member.commit(topic, '6', {}, { metadata: 'kept' });
    await member.leave();
    return offsetsOf(scene, hands.group, topic);
  }),
  behaviour('nothing is committed for a group that is not there', async (scene) =>
    offsetsOf(scene, scene.name(), await scene.topic(2)),
  ),
  behaviour('all that a group has committed', async (scene) => {
    const hands = new Hands(scene);
    const [one, other] = [await scene.topic(), await scene.topic()];
    const member = await hands.member();
    await member.commit(one, '1', outsider);
    await member.commit(other, '2', outsider);
    const all = await scene.admin.fetchOffsets({ groupId: hands.group });
    return all.map(({ topic, partitions }) => [[one, other].indexOf(topic), partitions]).sort();
  }),
  behaviour('what is committed for a topic goes with it', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    const member = await hands.member();
    await member.commit(topic, '1', outsider);
    await scene.admin.deleteTopics({ topics: [topic] });
    await scene.until(async () => (await scene.admin.fetchOffsets({ groupId: hands.group })).length === 0);
    return described(scene, hands.group);
  }),
  behaviour('the admin sets offsets', async (scene) => {
    const [topic, group] = [await scene.topic(), scene.name()];
    await scene.send(topic, [{ value: 'a' }, { value: 'b' }]);
    await scene.admin.setOffsets({ groupId: group, topic, partitions: [{ partition: 0, offset: '1' }] });
    return offsetsOf(scene, group, topic);
  }),
  behaviour('a consumer goes on where its group has committed', async (scene) => {
    const [hands, topic] = [new Hands(scene), await scene.topic()];
    await scene.send(topic, [{ value: 'a' }, { value: 'b' }, { value: 'c' }]);
    await (await hands.member()).commit(topic, '2', outsider);
    return scene.consume(topic, 1, { groupId: hands.group });
  }),
  behaviour('consumers of kafkajs share the partitions', async (scene) => {
    const [topic, groupId] = [await scene.topic(4), scene.name()];
    const held: number[][] = [];
    for (const index of [0, 1]) {
      const consumer = await scene.consumer({ groupId, heartbeatInterval: 200 });
      consumer.on('consumer.group_join', ({ payload }) => {
        held[index] = payload.memberAssignment[topic] ?? [];
      });
      await consumer.subscribe({ topic });
      await consumer.run({ eachMessage: async () => undefined });
    }
    await scene.until(() => held[0]?.length === 2 && held[1]?.length === 2);
    return held.flat().sort();
  }),
];
