import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';

const destination = { onFailureDestination: 'kafka://$TOPIC.dead' };
/** Recent enough for the broker's retention. */
const yesterday = Date.now() - 86_400_000;

/** ms, several times as long as commits are put together for. */
const commitsBundled = 1000;

export const failureRules: Rule[] = [
  {
    name: 'offsets are committed only when the batch is done',
    page: pages.configure,
    words: '“After Lambda processes each batch, it commits the offsets of the messages in that batch”',
    handler: (_, { gate }) => gate('go'),
    async check(scene) {
      await scene.produce(['a', 'b']);
      await scene.until('a call', () => scene.calls().length > 0);
      const since = Date.now();
      await scene.until('a second without a commit', async () => {
        assert.ok(((await scene.committed())[0] ?? -1) <= 0, 'committed before it was done');
        return Date.now() - since > commitsBundled;
      });
      scene.open('go');
      await scene.untilCommitted(0, 2);
    },
  },
  {
    name: 'a batch whose function throws is tried again as a whole',
    page: pages.configure,
    words: '“Lambda retries the whole batch of messages until processing succeeds or the messages expire”',
    event: { batchSize: 3, maximumBatchingWindow: 1 },
    handler(_, { texts, times }) {
      if (texts.includes('b') && times('b') < 3) throw new Error('not yet');
    },
    async check(scene) {
      await scene.produce(['a', 'b', 'c']);
      await scene.untilCommitted(0, 3);
      assert.deepEqual(scene.delivered(), ['a', 'b', 'c', 'a', 'b', 'c', 'a', 'b', 'c']);
    },
  },
  {
    name: 'the next batch of a partition waits until the one before is done',
    page: pages.configure,
    words: '“Lambda reads messages sequentially for each Kafka topic partition”',
    event: { batchSize: 2 },
    handler(_, { texts, times }) {
      if (texts.includes('r0') && times('r0') < 3) throw new Error('not yet');
    },
    async check(scene) {
      await scene.produce(numbered(8));
      await scene.untilDelivered(numbered(8));
      const delivered = scene.delivered();
      assert.ok(delivered.indexOf('r2') > delivered.lastIndexOf('r0'), delivered.join(' '));
      assert.deepEqual(delivered.slice(-6), numbered(8).slice(2));
    },
  },
  {
    name: 'another partition goes on while one fails',
    page: pages.configure,
    words: 'each partition is processed on its own',
    partitions: 2,
    event: { batchSize: 1 },
    extra: { concurrency: 2 },
    handler(_, { texts }) {
      if (texts.includes('bad')) throw new Error('never');
    },
    async check(scene) {
      await scene.produce([{ partition: 0, value: 'bad' }]);
      await scene.untilDelivered(['bad']);
      await scene.produce(numbered(5).map((value) => ({ partition: 1, value })));
      await scene.untilDelivered(numbered(5), 10_000);
    },
  },
  {
    name: 'MaximumRetryAttempts: then the batch is given up, and the partition goes on',
    page: pages.retries,
    words: '“The maximum number of times Lambda retries when your function returns an error”',
    event: { batchSize: 1 },
    extra: { maximumRetryAttempts: 2 },
    handler(_, { texts }) {
      if (texts.includes('bad')) throw new Error('never');
    },
    async check(scene) {
      await scene.produce(['bad', 'good']);
      await scene.untilDelivered(['good']);
      assert.deepEqual(scene.delivered(), ['bad', 'bad', 'bad', 'good']);
      await scene.untilCommitted(0, 2);
    },
  },
  {
    name: 'MaximumRecordAge: what is older is not tried again',
    page: pages.retries,
    words: '“The maximum age of a record that Lambda sends to your function”',
    event: { batchSize: 1, ...destination },
    extra: { maximumRecordAgeInSeconds: 60, maximumRetryAttempts: 10000 },
    handler(_, { texts }) {
      if (texts.includes('old') || texts.includes('ages')) throw new Error('never');
    },
    async check(scene) {
      const timestamp = `${Date.now() - 57_000}`;
      await scene.produce([
        { partition: 0, value: 'ages', timestamp: `${yesterday}` },
        { partition: 0, value: 'old', timestamp },
        'good',
      ]);
      await scene.untilDelivered(['good']);
      assert.deepEqual(await scene.letters(), ['ages', 'old']);
      assert.ok(!scene.delivered().includes('ages'), 'delivered a record that was too old before the first attempt');
    },
  },
  {
    name: 'BisectBatchOnFunctionError: halves isolate the bad record',
    page: pages.retries,
    words: '“split the batch into two smaller batches and retry each separately”',
    event: { batchSize: 8, maximumBatchingWindow: 1, ...destination },
    extra: { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 },
    handler(_, { texts }) {
      if (texts.includes('r5')) throw new Error('bad record');
    },
    async check(scene) {
      await scene.produce(numbered(8));
      await scene.untilCommitted(0, 8);
      assert.deepEqual(await scene.letters(), ['r5']);
      const alone = scene.calls().filter(({ texts }) => texts.length === 1 && texts[0] === 'r5').length;
      assert.equal(alone, 2, 'splitting does not count as a retry');
    },
  },
  {
    name: 'one function on several topics',
    page: pages.batching,
    words: 'a function can have several event source mappings',
    event: { second: true },
    async check(scene) {
      await scene.produce(['a']);
      await scene.produce(['b'], `${scene.topic}.second`);
      await scene.untilDelivered(['a', 'b']);
      assert.deepEqual(
        new Set(scene.calls().flatMap(({ event }) => Object.keys(event.records))),
        new Set([`${scene.topic}-0`, `${scene.topic}.second-0`]),
      );
    },
  },
  {
    name: 'several functions on one topic: each gets every record',
    page: pages.groups,
    words: 'each event source mapping has its own consumer group and offsets',
    definition: { twin: true },
    async check(scene) {
      await scene.produce(numbered(4));
      await scene.untilDelivered(numbered(4));
      await scene.until('both functions', () => scene.delivered().length >= 8);
      assert.deepEqual(scene.delivered().sort(), [...numbered(4), ...numbered(4)].sort());
    },
  },
];
