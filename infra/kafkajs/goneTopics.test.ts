import assert from 'node:assert/strict';
import { onSimulated } from '../simulation/kafka/onSimulated.fixture.ts';

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
