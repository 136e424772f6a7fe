/** The simulated Kafka behaves as the real one does: what is seen of each behaviour is the same on both. */
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';
import { place, testKafka } from '../../../infra/kafkajs/testKafka.fixture.ts';
import { commitBehaviours } from './commits.ts';
import { groupBehaviours } from './groups.ts';
import { type Seen, seeReal, seeSimulated, sharedOut } from './harness.ts';
import { producerBehaviours } from './producers.ts';
import { readingBehaviours } from './reading.ts';
import { recordBehaviours } from './records.ts';
import type { Behaviour } from './scene.ts';
import { topicBehaviours } from './topics.ts';
import { retried } from './transactional.ts';
import { transactionBehaviours } from './transactions.ts';

const behaviours = [
  ...topicBehaviours,
  ...recordBehaviours,
  ...readingBehaviours,
  ...producerBehaviours,
  ...transactionBehaviours,
  ...groupBehaviours,
  ...commitBehaviours,
];

let real = new Map<Behaviour, Seen>();

before(async () => {
  // A broker that has just started refuses the first who asks for a producer's id, until it has some to give.
  const producer = testKafka().producer({ idempotent: true });
  await producer.connect();
  await producer.disconnect();
  const run = `faithful-${Date.now().toString(36)}`;
  // Nor has it coordinators of groups before somebody asks for one.
  await withAdmin(testKafka(), (admin) => retried({ pause: setTimeout }, () => admin.fetchOffsets({ groupId: run })));
  real = await sharedOut(behaviours, 16, (one, index) => seeReal(one, place, `${run}-${index}`));
});

for (const [seed, behaviour] of behaviours.entries()) {
  test(behaviour.name, async () => {
    const seen = real.get(behaviour);
    if (!seen || 'failed' in seen) assert.fail(`not seen on the real broker: ${seen?.failed}`);
    assert.deepEqual(await seeSimulated(behaviour, seed), seen);
  });
}
