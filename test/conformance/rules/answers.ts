import assert from 'node:assert/strict';
import { numbered, type Rule } from '../rule.ts';

const partial = { functionResponseType: 'ReportBatchItemFailures' };

export const answerRules: Rule[] = [
  {
    name: 'a partial answer: all from the first failed offset of the partition on is tried again',
    words: 'Lambda retries all records from the lowest failed offset on',
    event: { batchSize: 5, maximumBatchingWindow: 1 },
    extra: partial,
    handler(event, { texts, times }) {
      const records = Object.values(event.records).flat();
      const at = texts.indexOf('r2');
      if (at === -1 || times('r2') > 1) return { batchItemFailures: [] };
      const { topic, partition, offset } = records[at] as { topic: string; partition: number; offset: number };
      return { batchItemFailures: [{ itemIdentifier: { partition: `${topic}-${partition}`, offset } }] };
    },
    async check(scene) {
      await scene.produce(numbered(5));
      await scene.untilCommitted(0, 5);
      assert.deepEqual(scene.delivered(), [...numbered(5), 'r2', 'r3', 'r4']);
    },
  },
  {
    name: 'a partial answer commits what came before the failed record',
    words: 'the records before the failed one are checkpointed',
    event: { batchSize: 4, maximumBatchingWindow: 1 },
    extra: partial,
    handler(event, { texts }) {
      const at = texts.indexOf('r2');
      const { topic, partition, offset } = Object.values(event.records).flat()[at] as {
        topic: string;
        partition: number;
        offset: number;
      };
      return { batchItemFailures: [{ itemIdentifier: { partition: `${topic}-${partition}`, offset } }] };
    },
    async check(scene) {
      await scene.produce(numbered(4));
      await scene.untilCommitted(0, 2);
    },
  },
  {
    name: 'a malformed partial answer fails the whole batch',
    words: 'an itemIdentifier that is empty, null or has a bad key name: Lambda treats the batch as a complete failure',
    event: { batchSize: 2, maximumBatchingWindow: 1 },
    extra: partial,
    handler: (_, { times }) =>
      [undefined, { batchItemFailures: [{ itemIdentifier: '' }] }, { batchItemFailures: [{ wrong: 1 }] }][
        times('a') % 3
      ],
    async check(scene) {
      await scene.produce(['a', 'b']);
      await scene.untilCommitted(0, 2);
      assert.deepEqual(scene.delivered(), ['a', 'b', 'a', 'b', 'a', 'b']);
    },
  },
  {
    name: 'without ReportBatchItemFailures what the function returns does not matter',
    words: 'the response is not processed unless the feature is turned on',
    handler: () => ({ batchItemFailures: [{ itemIdentifier: '' }] }),
    async check(scene) {
      await scene.produce(['a']);
      await scene.untilDelivered(['a']);
      await scene.untilCommitted(0, 1);
      assert.deepEqual(scene.delivered(), ['a']);
    },
  },
];
