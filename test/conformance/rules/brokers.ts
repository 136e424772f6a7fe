/** What three brokers can do that one cannot. Each rule ends one of them by SIGKILL, and starts it again. */
import assert from 'node:assert/strict';
import type { KafkaCluster } from '../../../infra/engines/kafkaCluster.fixture.ts';
import { numbered, type Process, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const partitions = 6;
const words = 'Lambda reads the partitions of the topic and processes each record at least once';

/** So many records for each partition. */
const everywhere = (count: number, prefix: string) =>
  Array.from({ length: partitions }, (_, partition) =>
    numbered(count, `${prefix}${partition} `).map((value) => ({ partition, value })),
  ).flat();

const valuesOf = (records: readonly { value: string }[]) => records.map(({ value }) => value);

function clusterOf({ cluster }: Process): KafkaCluster {
  if (!cluster) throw new Error('this rule needs three brokers');
  return cluster;
}

async function leaderOf(scene: Scene, topic: string, partition: number): Promise<number> {
  const { topics } = await scene.admin.fetchTopicMetadata({ topics: [topic] });
  const found = topics[0]?.partitions.find(({ partitionId }) => partitionId === partition);
  if (!found) throw new Error(`${topic} has no partition ${partition}`);
  return found.leader;
}

/** Java's `String.hashCode`: it says in which partition a group's offsets are, whose leader coordinates the group. */
const hashCode = (text: string): number => [...text].reduce((sum, one) => (sum * 31 + one.charCodeAt(0)) | 0, 0);

async function coordinatorOf(scene: Scene): Promise<number> {
  const offsets = '__consumer_offsets';
  const { topics } = await scene.admin.fetchTopicMetadata({ topics: [offsets] });
  const count = topics[0]?.partitions.length ?? 1;
  return leaderOf(scene, offsets, (hashCode(scene.group) & 0x7fffffff) % count);
}

const allCommitted = (scene: Scene, offset: number) =>
  scene.until(`commits of ${offset}`, async () => {
    const committed = await scene.committed().catch(() => []);
    return committed.length === partitions && committed.every((one) => one === offset);
  });

/** Kills the broker for as long as that takes. */
async function without(cluster: KafkaCluster, id: number, during: () => Promise<void>): Promise<void> {
  await cluster.kill(id);
  try {
    await during();
  } finally {
    await cluster.start(id);
  }
}

export const brokerRules: Rule[] = [
  {
    name: 'a leader that is killed while a function works loses nothing',
    words,
    partitions,
    isolated: true,
    handler: (_, { texts, gate }) => (texts.includes('before 0 0') ? gate('go') : undefined),
    async check(scene, process) {
      await scene.produce(everywhere(50, 'before '));
      await scene.untilDelivered(['before 0 0']);
      await without(clusterOf(process), await leaderOf(scene, scene.topic, 0), async () => {
        scene.open('go');
        await scene.produce(everywhere(50, 'after '));
        await scene.untilDelivered([...valuesOf(everywhere(50, 'before ')), ...valuesOf(everywhere(50, 'after '))]);
        await allCommitted(scene, 100);
      });
    },
  },
  {
    name: 'a coordinator that moves to another broker costs no record, and nobody else its own',
    words,
    partitions,
    isolated: true,
    async check(scene, process) {
      await scene.produce(everywhere(20, 'before '));
      await allCommitted(scene, 20);
      await without(clusterOf(process), await coordinatorOf(scene), async () => {
        await scene.produce(everywhere(20, 'after '));
        await allCommitted(scene, 40);
      });
      await scene.produce(everywhere(20, 'at last '));
      await allCommitted(scene, 60);
      const texts = [...everywhere(20, 'before '), ...everywhere(20, 'after '), ...everywhere(20, 'at last ')];
      assert.deepEqual([...new Set(scene.delivered())].sort(), valuesOf(texts).sort());
    },
  },
  {
    name: 'where two of three replicas must have a record, one broker that is gone holds up neither reading nor letters',
    words: 'OnFailure: a destination for records that could not be processed',
    partitions,
    isolated: true,
    event: { onFailureDestination: 'kafka://$TOPIC.dead' },
    extra: { maximumRetryAttempts: 0 },
    handler: (_, { texts }) => {
      if (texts.some((text) => text.startsWith('bad'))) throw new Error('a bad record');
    },
    async check(scene, process) {
      const cluster = clusterOf(process);
      await without(cluster, await leaderOf(scene, scene.deadTopic, 0), async () => {
        await scene.produce(everywhere(3, 'bad '));
        await allCommitted(scene, 3);
        assert.deepEqual((await scene.letters()).sort(), valuesOf(everywhere(3, 'bad ')).sort());
      });
    },
  },
];
