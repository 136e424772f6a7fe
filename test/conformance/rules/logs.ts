/** What a log can look like, and what can become of it while it is read. */
import assert from 'node:assert/strict';
import { CompressionTypes } from 'kafkajs';
import { createServedTopics } from '../../../infra/kafkajs/kafkajs.ts';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';
import type { Scene } from '../scene.ts';

const onceEach = (scene: Scene, texts: readonly string[]) =>
  assert.deepEqual(scene.delivered().sort(), [...texts].sort());

const words = '“Lambda reads event data from the Kafka topics that you specify”';

export const logRules: Rule[] = [
  {
    name: 'records in a transaction come when it is committed; aborted ones never',
    page: pages.event,
    words: 'as consumers of Kafka read with isolation.level=read_committed',
    open: 'none of its pages speaks of transactions',
    async check(scene) {
      const open = async (id: string) => {
        const producer = scene.kafka.producer({
          transactionalId: `${scene.topic}-${id}`,
          maxInFlightRequests: 1,
          idempotent: true,
        });
        await producer.connect();
        const transaction = await producer.transaction();
        const write = (value: string) =>
          transaction.send({ topic: scene.topic, messages: [{ partition: 0, value, key: Buffer.from([0, 0, 0, 0]) }] });
        return { producer, transaction, write };
      };
      // They overlap, and end in another order than they began.
      const [first, second, third] = [await open('1'), await open('2'), await open('3')];
      await first.write('dropped');
      await second.write('dropped too');
      await third.write('kept');
      await second.transaction.abort();
      await first.write('dropped as well');
      await first.transaction.abort();
      await third.write('kept too');
      await third.transaction.commit();
      await Promise.all([first, second, third].map(({ producer }) => producer.disconnect()));
      await scene.untilDelivered(['kept', 'kept too']);
      assert.deepEqual(scene.delivered(), ['kept', 'kept too']);
    },
  },
  {
    name: 'records come in whichever of the compressions of Kafka they were written',
    page: pages.event,
    words,
    async check(scene) {
      const ways = Object.entries(CompressionTypes).filter(([, way]) => typeof way === 'number');
      for (const [name, way] of ways)
        await scene.producer.send({
          topic: scene.topic,
          compression: way as CompressionTypes,
          messages: numbered(3, `${name} `).map((value) => ({ partition: 0, value })),
        });
      await scene.untilCommitted(0, ways.length * 3);
      onceEach(
        scene,
        ways.flatMap(([name]) => numbered(3, `${name} `)),
      );
    },
  },
  {
    name: 'a topic of more than 100 partitions is read whole',
    page: pages.configure,
    words,
    partitions: 130,
    isolated: true,
    event: { batchSize: 1000, maximumBatchingWindow: 0.5 },
    before: (scene) => produceEverywhere(scene, 130, 'before '),
    async check(scene) {
      await produceEverywhere(scene, 130, 'after ');
      await scene.until('all commits', async () => (await scene.committed()).every((offset) => offset === 20));
      onceEach(
        scene,
        [...everywhere(130, 'before '), ...everywhere(130, 'after ')].map(({ value }) => value),
      );
    },
  },
  {
    name: 'more pollers than partitions: those without one disturb nobody',
    page: pages.create,
    words: '“The minimum number of event pollers this event source can scale down to”',
    event: { provisionedPollerConfig: { minimumPollers: 4 } },
    partitions: 2,
    async check(scene) {
      for (const round of [1, 2, 3]) {
        await produceEverywhere(scene, 2, `${round} `);
        await scene.untilCommitted(0, round * 10);
        await scene.untilCommitted(1, round * 10);
      }
      onceEach(
        scene,
        ['1 ', '2 ', '3 '].flatMap((prefix) => everywhere(2, prefix)).map(({ value }) => value),
      );
    },
  },
  {
    name: 'an offset that retention has passed: reading goes on at the oldest record there is',
    page: pages.positions,
    words: 'the starting position is used when there is no valid offset',
    isolated: true,
    async check(scene, process) {
      await scene.produce(['done']);
      await scene.untilCommitted(0, 1);
      await process.running().stop();
      await scene.produce([...numbered(10, 'gone '), ...numbered(5, 'kept ')]);
      await scene.admin.deleteTopicRecords({ topic: scene.topic, partitions: [{ partition: 0, offset: '11' }] });
      await process.start();
      await scene.untilCommitted(0, 16);
      assert.deepEqual(scene.delivered(), ['done', ...numbered(5, 'kept ')]);
    },
  },
  {
    name: 'a log that loses its beginning while it is read loses nothing else',
    page: pages.positions,
    words: 'the starting position is used when there is no valid offset',
    handler: (_, { texts, gate }) => (texts.includes('first') ? gate('go') : undefined),
    event: { batchSize: 1 },
    async check(scene) {
      await scene.produce(['first', ...numbered(20)]);
      await scene.until('a call', () => scene.calls().length > 0);
      await scene.admin.deleteTopicRecords({ topic: scene.topic, partitions: [{ partition: 0, offset: '21' }] });
      scene.open('go');
      await scene.produce(['last']);
      await scene.untilDelivered(['last']);
      await scene.untilCommitted(0, 22);
    },
  },
  {
    name: 'a filtered backlog of 100,000 records is passed, and what is wanted after it arrives',
    page: pages.filters,
    words: 'records that do not match the filter are discarded',
    event: { filterPatterns: [{ value: { a: ['wanted'] } }] },
    isolated: true,
    async before(scene) {
      for (let round = 0; round < 10; round++) await scene.produce(Array(10_000).fill('{"a":"no"}'));
    },
    async check(scene) {
      await scene.untilCommitted(0, 100_000);
      await scene.produce(['{"a":"wanted"}']);
      await scene.untilDelivered(['{"a":"wanted"}']);
      await scene.untilCommitted(0, 100_001);
    },
  },
  {
    name: 'a topic that is deleted and made anew while it is read is read from its beginning',
    page: pages.configure,
    words,
    // While the topic is gone, whoever else asks through the same client is told so.
    isolated: true,
    async check(scene) {
      await scene.produce(numbered(20, 'old '));
      await scene.untilCommitted(0, 20);
      await scene.admin.deleteTopics({ topics: [scene.topic] });
      await scene.until('the topic is gone', async () => !(await scene.admin.listTopics()).includes(scene.topic));
      await createServedTopics(scene.admin, [{ topic: scene.topic, numPartitions: 1 }]);
      await scene.until('it takes records', () =>
        scene.produce(['new 0']).then(
          () => true,
          () => false,
        ),
      );
      await scene.produce(numbered(5, 'more '));
      await scene.untilDelivered(['new 0', ...numbered(5, 'more ')]);
    },
  },
  {
    name: 'partitions that a topic gets while it is read are read, too',
    page: pages.configure,
    words,
    async check(scene) {
      await scene.produce(['x']);
      await scene.untilDelivered(['x']);
      await scene.admin.createPartitions({ topicPartitions: [{ topic: scene.topic, count: 3 }] });
      // A producer drops what is for a partition that it has not heard of.
      const known = () => scene.admin.fetchTopicMetadata({ topics: [scene.topic] });
      await scene.until('three partitions', async () => (await known()).topics[0]?.partitions.length === 3);
      const producer = scene.kafka.producer();
      await producer.connect();
      await producer.send({ topic: scene.topic, messages: [{ partition: 2, value: 'new' }] });
      await producer.disconnect();
      // How soon is held in virtual time, in test/simulation.
      await scene.untilDelivered(['new']);
    },
  },
];

/** Ten records for each of so many partitions. */
const everywhere = (partitions: number, prefix: string) =>
  Array.from({ length: partitions }, (_, partition) =>
    numbered(10, `${prefix}${partition} `).map((value) => ({ partition, value })),
  ).flat();

const produceEverywhere = (scene: Scene, partitions: number, prefix: string) =>
  scene.produce(everywhere(partitions, prefix));
