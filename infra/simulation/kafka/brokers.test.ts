/** What needs several brokers, or one that crashes: the real broker of the tests is one, and others need it meanwhile. */
import assert from 'node:assert/strict';
import type { RawBroker } from '../../../test/simulation/faithful/raw.ts';
import { onSimulated, type Stage } from './onSimulated.fixture.ts';

const three = { brokers: 3 };
const groupProtocols = [{ name: 'p', metadata: Buffer.from('m') }];
const fetching = {
  maxWaitTime: 10,
  topics: [{ topic: 't', partitions: [{ partition: 0, fetchOffset: '0', maxBytes: 1000 }] }],
};

/** The only member of a group, which knows its part. */
async function join({ time }: Stage, coordinator: RawBroker) {
  const times = { sessionTimeout: 10_000, rebalanceTimeout: 10_000 };
  const joined = await time.during(coordinator.joinGroup({ groupId: 'g', groupProtocols, ...times }));
  const { memberId, generationId } = joined;
  const groupAssignment = [{ memberId, memberAssignment: Buffer.from('mine') }];
  await time.during(coordinator.syncGroup({ groupId: 'g', memberId, generationId, groupAssignment }));
  return { groupId: 'g', memberId, groupGenerationId: generationId };
}

onSimulated('only the leader of a partition serves it', three, async (stage) => {
  stage.kafka.createTopic('t');
  const brokers = [await stage.broker(1), await stage.broker(2)];
  const ask = () => Promise.all(brokers.map((one) => stage.outcome(one.fetch(fetching))));
  const before = await ask();
  stage.kafka.brokers.moveLeader('t', 0, 2);
  assert.deepEqual(
    [before, await ask()],
    [
      ['answered', 'NOT_LEADER_FOR_PARTITION'],
      ['NOT_LEADER_FOR_PARTITION', 'answered'],
    ],
  );
});

onSimulated('another broker leads what a crashed one led, and keeps it when that is back', three, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t');
  kafka.brokers.crash(1);
  const before = kafka.brokers.leader('t', 0);
  await time.pass(300);
  const after = kafka.brokers.leader('t', 0);
  kafka.brokers.start(1);
  assert.deepEqual([before, after, kafka.brokers.leader('t', 0)], [1, 2, 2]);
});

onSimulated('nobody leads the only replica of a crashed broker until it is back', three, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t', { replicationFactor: 1 });
  const other = await stage.broker(2);
  kafka.brokers.crash(1);
  await time.pass(300);
  assert.equal(kafka.brokers.leader('t', 0), undefined);
  assert.equal(await stage.outcome(other.metadata(['t'])), 'LEADER_NOT_AVAILABLE');
  kafka.brokers.start(1);
  assert.equal(kafka.brokers.leader('t', 0), 1);
});

onSimulated('with too few replicas nothing is written', three, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t', { config: { 'min.insync.replicas': '3' } });
  const leader = await stage.broker(1);
  kafka.brokers.crash(3);
  await time.pass(300);
  const topicData = [{ topic: 't', partitions: [{ partition: 0, messages: [{ value: 'v' }] }] }];
  assert.equal(await stage.outcome(leader.produce({ topicData })), 'NOT_ENOUGH_REPLICAS');
});

onSimulated('members and commits outlive their coordinator, which another broker reads first', three, async (stage) => {
  const { kafka } = stage;
  kafka.createTopic('t');
  kafka.brokers.moveCoordinator('g', 1);
  await stage.time.pass(50);
  const [one, two] = [await stage.broker(1), await stage.broker(2)];
  const beat = await join(stage, one);
  kafka.groups.commit('g', { topic: 't', partition: 0 }, 5);
  kafka.brokers.moveCoordinator('g', 2);
  const seen = [await stage.outcome(one.heartbeat(beat)), await stage.outcome(two.heartbeat(beat))];
  await stage.time.pass(50);
  assert.deepEqual(
    [...seen, await stage.outcome(two.heartbeat(beat))],
    ['NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS', 'answered'],
  );
  assert.equal(kafka.groups.committed('g', 't').get(0)?.offset, 5);
});

onSimulated('a coordinator that has lost the members knows none of them', {}, async (stage) => {
  const broker = await stage.broker(1);
  const beat = await join(stage, broker);
  stage.kafka.groups.reload('g', 'lost');
  assert.equal(await stage.outcome(broker.heartbeat(beat)), 'UNKNOWN_MEMBER_ID');
});

onSimulated('a member that waits for the others is told when the coordinator moves', three, async (stage) => {
  const { kafka, time } = stage;
  const broker = await stage.broker(1);
  kafka.brokers.moveCoordinator('g', 1);
  const other = kafka.groups.join('g', { topics: ['t'] });
  await time.pass(50);
  other.vanish();
  const metadata = Buffer.alloc(10);
  const times = { sessionTimeout: 10_000, rebalanceTimeout: 10_000 };
  const protocols = [{ name: 'RoundRobinAssigner', metadata }];
  const joining = broker.joinGroup({ groupId: 'g', groupProtocols: protocols, ...times });
  await time.pass(100);
  kafka.brokers.moveCoordinator('g', 2);
  assert.equal(await stage.outcome(joining), 'NOT_COORDINATOR_FOR_GROUP');
});

onSimulated('a group is found nowhere while its only broker is down', {}, async (stage) => {
  const { kafka } = stage;
  kafka.brokers.crash(1);
  assert.equal(kafka.brokers.coordinator('g'), undefined);
  kafka.brokers.start(1);
  assert.equal(kafka.brokers.coordinator('g'), 1);
});

onSimulated('a frozen broker answers late', {}, async (stage) => {
  const broker = await stage.broker(1);
  stage.kafka.brokers.freeze(1, 2000);
  const since = stage.time.now;
  assert.equal(await stage.outcome(broker.metadata([])), 'answered');
  assert.ok(stage.time.now - since >= 2000);
});

onSimulated('a broker whose connections break can be reached again', {}, async (stage) => {
  const broker = await stage.broker(1);
  const asked = stage.outcome(broker.metadata([]));
  stage.kafka.brokers.disconnect(1);
  assert.equal(await asked, 'KafkaJSConnectionError');
  assert.equal(await stage.outcome(broker.metadata([])), 'answered');
});
