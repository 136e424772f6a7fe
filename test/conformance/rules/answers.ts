import assert from 'node:assert/strict';
import type { Handler } from '../functionModule.ts';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';

const partial = { functionResponseType: 'ReportBatchItemFailures' };

/** Fails r2 and r4 the first time. */
const namesOnce: Handler = (event, { texts, times }) => {
  const records = Object.values(event.records).flat();
  const named = records.filter((_, at) => ['r2', 'r4'].includes(texts[at] ?? '') && times(texts[at] ?? '') === 1);
  const batchItemFailures = named.map(({ topic, partition, offset }) => {
    return { itemIdentifier: { partition: `${topic}-${partition}`, offset } };
  });
  return { batchItemFailures };
};

export const answerRules: Rule[] = [
  {
    name: 'a partial answer: just the records that it names are tried again',
    page: pages.retries,
    words: '“so Lambda can retry only the failed records”',
    open: 'whether what follows in the partition is tried again, too, as for Kinesis',
    event: { batchSize: 5, maximumBatchingWindow: 1 },
    extra: partial,
    handler: namesOnce,
    async check(scene) {
      await scene.produce(numbered(5));
      await scene.untilCommitted(0, 5);
      assert.deepEqual(scene.delivered(), [...numbered(5), 'r2', 'r4']);
    },
  },
  {
    name: 'a partial answer, read as for Kinesis: all that follows a named record of the partition is tried again too',
    words: 'our own option, partialRetry: fromLowest',
    beyond: true,
    event: { batchSize: 5, maximumBatchingWindow: 1 },
    extra: { ...partial, partialRetry: 'fromLowest' },
    handler: namesOnce,
    async check(scene) {
      await scene.produce(numbered(5));
      await scene.untilCommitted(0, 5);
      assert.deepEqual(scene.delivered(), [...numbered(5), 'r2', 'r3', 'r4']);
    },
  },
  {
    name: 'a partial answer commits what came before the failed record',
    page: pages.partial,
    words: '“checkpoint successful records and only retry the failed ones”',
    open: 'whether anything is committed before the named records are done',
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
    page: pages.retries,
    words:
      'any invalid itemIdentifier: an empty or null one, a bad key name, an offset that is no number or was not in the event',
    event: { batchSize: 2, maximumBatchingWindow: 1 },
    extra: partial,
    handler(event, { times }) {
      const [{ topic, partition, offset } = { topic: '', partition: 0, offset: 0 }] = Object.values(
        event.records,
      ).flat();
      const place = `${topic}-${partition}`;
      const nonsense = ['', null, { partition: place, offset: `${offset}` }, { partition: place, offset: 7 }].map(
        (itemIdentifier) => ({ batchItemFailures: [{ itemIdentifier }] }),
      );
      return [...nonsense, { batchItemFailures: [{ wrong: 1 }] }][times('a') - 1];
    },
    async check(scene) {
      await scene.produce(['a', 'b']);
      await scene.untilCommitted(0, 2);
      assert.deepEqual(scene.delivered(), Array(6).fill(['a', 'b']).flat());
    },
  },
  {
    name: 'without ReportBatchItemFailures what the function returns does not matter',
    page: pages.retries,
    words: 'to enable partial batch response, select ReportBatchItemFailures',
    handler: () => ({ batchItemFailures: [{ itemIdentifier: '' }] }),
    async check(scene) {
      await scene.produce(['a']);
      await scene.untilDelivered(['a']);
      await scene.untilCommitted(0, 1);
      assert.deepEqual(scene.delivered(), ['a']);
    },
  },
];
