import assert from 'node:assert/strict';
import { onSimulated } from '../simulation/kafka/onSimulated.fixture.ts';
import { isGone } from './goneTopics.ts';

const names = Array.from({ length: 20 }, (_, index) => `t${index}`);

onSimulated('topics that are asked about at the same time stay known', {}, async ({ kafka, time, client }) => {
  for (const name of names) kafka.createTopic(name);
  const admin = client.admin();
  let asked = 0;
  kafka.trace.onArrival(({ api }) => {
    if (api === 'Metadata') asked++;
  });
  const look = () => time.during(Promise.all(names.map((name) => admin.fetchTopicOffsets(name))));
  await time.during(admin.connect());
  await look();
  const first = asked;
  await look();
  await time.during(admin.disconnect());
  assert.ok(first < 2 * names.length, `${first} requests`);
  // One that was named last, while another was asked about.
  assert.ok(asked - first <= 1, `${asked - first} requests for what is known`);
});

onSimulated('where one of many topics is deleted, a few requests tell of the others', {}, async (stage) => {
  const { kafka, time, client } = stage;
  for (const name of names) kafka.createTopic(name);
  const [admin, other] = [client.admin({ retry: { retries: 1 } }), client.admin()];
  await time.during(Promise.all([admin.connect(), other.connect()]));
  const look = () => time.during(Promise.allSettled(names.map((name) => admin.fetchTopicOffsets(name))));
  await look();
  await time.during(other.deleteTopics({ topics: names.slice(0, 1) }));
  let asked = 0;
  kafka.trace.onArrival(({ api }) => {
    if (api === 'Metadata') asked++;
  });
  const [gone, ...there] = await look();
  await time.during(Promise.all([admin, other].map((one) => one.disconnect())));
  assert.ok(gone?.status === 'rejected' && isGone(gone.reason));
  assert.ok(there.every(({ status }) => status === 'fulfilled'));
  assert.ok(asked < 5 * names.length, `${asked} requests`);
});

onSimulated('what a group has committed is not said of a topic that is not known for a moment', {}, async (stage) => {
  const { kafka, time, client } = stage;
  for (const name of names) kafka.createTopic(name);
  const [admin, other] = [client.admin(), client.admin()];
  await time.during(Promise.all([admin.connect(), other.connect()]));
  const [topic = '', another = ''] = names;
  const committed = () => admin.fetchOffsets({ groupId: 'g', topics: [topic] });
  for (const name of [topic, another]) await time.during(admin.fetchTopicOffsets(name));
  await time.during(other.deleteTopics({ topics: [topic] }));
  // kafkajs asks anew what topics there are.
  await time.pass(301_000);
  await assert.rejects(time.during(committed()), isGone);
  kafka.createTopic(topic);
  assert.equal((await time.during(committed()))[0]?.partitions.length, 1);
  await time.during(Promise.all([admin, other].map((one) => one.disconnect())));
});
