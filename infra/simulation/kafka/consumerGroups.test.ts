import assert from 'node:assert/strict';
import { onSimulated } from './onSimulated.fixture.ts';

onSimulated('another member takes its part of the partitions, and gives it back when it leaves', {}, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t', { partitions: 4 });
  await stage.consumer('t');
  const held = () => kafka.groups.view('g')?.members.map(({ assignment }) => assignment.t?.length ?? 0);
  const before = held();
  const other = kafka.groups.join('g', { topics: ['t'] });
  await time.run(() => (other.assignment.t?.length ?? 0) > 0, 20_000);
  const shared = held();
  other.leave();
  await time.run(() => held()?.length === 1 && held()?.[0] === 4, 20_000);
  assert.deepEqual([before, shared, held()], [[4], [2, 2], [4]]);
});

onSimulated(
  'another member that is not heard of any more keeps its part until its session is over',
  {},
  async (stage) => {
    const { kafka, time } = stage;
    kafka.createTopic('t', { partitions: 4 });
    await stage.consumer('t');
    const other = kafka.groups.join('g', { topics: ['t'], sessionTimeout: 8000 });
    await time.run(() => kafka.groups.view('g')?.members.length === 2 && other.assignment.t !== undefined, 20_000);
    other.vanish();
    await time.pass(4000);
    const meanwhile = kafka.groups.view('g')?.members.length;
    await time.run(() => kafka.groups.view('g')?.members.length === 1, 20_000);
    assert.deepEqual([meanwhile, kafka.groups.view('g')?.members.length], [2, 1]);
  },
);

onSimulated('another member may lead, and deals the partitions out', {}, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t', { partitions: 3 });
  const other = kafka.groups.join('g', { topics: ['t'] });
  await time.run(() => other.assignment.t?.length === 3, 5000);
  await stage.consumer('t');
  await time.run(() => other.assignment.t?.length === 2, 20_000);
  assert.equal(kafka.groups.view('g')?.leader, other.memberId);
  assert.equal(other.commit('t', 0, 7), 'NONE');
  assert.equal(kafka.groups.committed('g', 't').get(0)?.offset, 7);
});

onSimulated('more members than partitions: some get none', {}, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t', { partitions: 1 });
  await stage.consumer('t');
  kafka.groups.join('g', { topics: ['t'] });
  const parts = () =>
    kafka.groups
      .view('g')
      ?.members.map(({ assignment }) => assignment.t?.length ?? 0)
      .sort();
  await time.run(() => kafka.groups.view('g')?.state === 'Stable' && parts()?.length === 2, 20_000);
  assert.deepEqual(parts(), [0, 1]);
});

onSimulated('a member that is thrown out joins again', {}, async (stage) => {
  const { kafka, time } = stage;
  kafka.createTopic('t');
  await stage.consumer('t');
  const before = kafka.groups.view('g')?.members[0]?.memberId;
  kafka.groups.evict('g');
  await time.run(() => kafka.groups.view('g')?.members.length === 1, 20_000);
  assert.notEqual(kafka.groups.view('g')?.members[0]?.memberId, before);
});

onSimulated('offsets that expire are not there any more', {}, async ({ kafka }) => {
  kafka.createTopic('t');
  kafka.groups.commit('g', { topic: 't', partition: 0 }, 3, 'm');
  const before = [...kafka.groups.committed('g', 't')];
  kafka.groups.expireOffsets('g');
  assert.deepEqual([before, kafka.groups.committed('g', 't').size], [[[0, { offset: 3, metadata: 'm' }]], 0]);
});
