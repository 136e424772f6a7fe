/** Whoever reads with others: invocations at the same time, and consumers of the group that are not Lambda's. */
import assert from 'node:assert/strict';
import { PartitionAssigners } from 'kafkajs';
import { groupAssigner } from '../../../infra/kafkajs/groupAssigner.ts';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

/** A consumer of a client that knows Kafka's ranges alone, as Java's and librdkafka's do unless they are told otherwise. */
async function joinAsStranger(scene: Scene): Promise<{ texts: string[]; leave(): Promise<void> }> {
  const texts: string[] = [];
  const consumer = scene.kafka.consumer({
    groupId: scene.group,
    partitionAssigners: [groupAssigner('range', PartitionAssigners.roundRobin)],
  });
  await consumer.connect();
  await consumer.subscribe({ topic: scene.topic, fromBeginning: true });
  await consumer.run({ eachMessage: async ({ message }) => void texts.push(String(message.value)) });
  return { texts, leave: () => consumer.disconnect() };
}

export const groupRules: Rule[] = [
  {
    name: 'beside other consumers of its group it reads a part of the partitions',
    page: pages.groups,
    words: '“Lambda receives only a portion of the messages from the Kafka topic”',
    partitions: 2,
    event: { batchSize: 1 },
    async check(scene) {
      const stranger = await joinAsStranger(scene);
      try {
        await scene.until('two members of the group', async () => {
          const { groups } = await scene.admin.describeGroups([scene.group]);
          return groups[0]?.state === 'Stable' && groups[0].members.length === 2;
        });
        await scene.produce([0, 1].map((partition) => ({ partition, value: `of ${partition}` })));
        await scene.until('both records', () => scene.delivered().length + stranger.texts.length >= 2);
        assert.deepEqual([...scene.delivered(), ...stranger.texts].sort(), ['of 0', 'of 1']);
        assert.equal(stranger.texts.length, 1, 'one partition for each');
      } finally {
        await stranger.leave();
      }
    },
  },
  {
    name: 'a provisioned poller has five invocations in flight, of a partition each',
    page: pages.latency,
    words: '“Each event poller supports up to 5 concurrent Lambda invocations”',
    partitions: 6,
    event: { batchSize: 1, provisionedPollerConfig: { minimumPollers: 1, maximumPollers: 1 } },
    handler: (_, { gate }) => gate('go'),
    async check(scene) {
      await scene.produce(numbered(6).map((value, partition) => ({ partition, value })));
      await scene.until('five calls', () => scene.calls().length === 5);
      const partitions = scene.calls().flatMap(({ event }) => Object.keys(event.records));
      assert.equal(new Set(partitions).size, 5, 'a partition is in two of them');
      scene.open('go');
      await scene.untilDelivered(numbered(6));
      for (const partition of [0, 1, 2, 3, 4, 5]) await scene.untilCommitted(partition, 1);
    },
  },
];
