import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';

const destination = { onFailureDestination: 'kafka://$TOPIC.dead' };
/** Recent enough for the broker's retention. */
const yesterday = Date.now() - 86_400_000;

export const destinationRules: Rule[] = [
  {
    name: 'a Kafka destination gets a JSON document under the key of the record, with the event that has it',
    page: pages.destination,
    words: '“Kafka destinations receive the actual failed records along with failure metadata”',
    open: 'two pages name the condition differently; whether the offset is a text',
    event: { batchSize: 2, maximumBatchingWindow: 1, ...destination },
    extra: { maximumRetryAttempts: 1 },
    handler() {
      throw new RangeError('too far');
    },
    async check(scene) {
      const headers = { mine: 'ë' };
      await scene.produce([
        { partition: 0, key: 'k', value: 'v', headers, timestamp: `${yesterday}` },
        { partition: 0, value: 'w' },
      ]);
      await scene.untilCommitted(0, 2);
      const dead = await scene.stored(scene.deadTopic);
      assert.deepEqual(
        dead.map(({ key }) => key),
        ['k', null],
      );
      const { requestContext, responseContext, version, KafkaBatchInfo, payload } = JSON.parse(`${dead[0]?.value}`);
      const { condition, approximateInvokeCount, functionArn } = requestContext;
      assert.deepEqual([condition, approximateInvokeCount, version], ['RetryAttemptsExhausted', 2, '1.0']);
      assert.match(functionArn, /^arn:aws:lambda:us-east-1:\d{12}:function:.+:\$LATEST$/);
      assert.deepEqual(responseContext, { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' });
      assert.deepEqual([KafkaBatchInfo.batchSize, KafkaBatchInfo.recordInfo.offset], [1, '0']);
      const [first] = scene.calls();
      const expected = first?.event.records[`${scene.topic}-0`]?.slice(0, 1);
      assert.deepEqual(payload, { ...first?.event, records: { [`${scene.topic}-0`]: expected } });
    },
  },
  {
    name: 'a Kafka destination gets the record as it came, with where from and why in its headers',
    words: 'our own option, onFailureFormat: raw',
    beyond: true,
    event: { batchSize: 1, ...destination },
    extra: { maximumRetryAttempts: 1, onFailureFormat: 'raw' },
    handler() {
      throw new RangeError('too far');
    },
    async check(scene) {
      await scene.produce([
        { partition: 0, key: 'k', value: 'v', headers: { mine: 'kept' }, timestamp: `${yesterday}` },
      ]);
      await scene.untilCommitted(0, 1);
      const [dead] = await scene.stored(scene.deadTopic);
      assert.deepEqual([dead?.key, dead?.value, dead?.headers.mine], ['k', 'v', 'kept']);
      const text = JSON.stringify(dead?.headers);
      for (const part of [scene.topic, 'too far', 'RetryAttemptsExhausted', `${yesterday}`])
        assert.ok(text.includes(part), `no "${part}" in ${text}`);
    },
  },
  {
    name: 'a failed batch of a hundred records goes to a Kafka destination, however much more than one request it is',
    page: pages.destination,
    words: 'Lambda sends a record for each failed record of the batch',
    event: { maximumBatchingWindow: 1, batchSize: 100, ...destination },
    extra: { maximumRetryAttempts: 0 },
    handler() {
      throw new Error('never');
    },
    async check(scene) {
      const values = numbered(100).map((name) => name.padEnd(11_000, '.'));
      for (let at = 0; at < values.length; at += 50) await scene.produce(values.slice(at, at + 50));
      await scene.untilCommitted(0, 100);
      assert.deepEqual(await scene.letters(), values);
    },
  },
  {
    name: 'a record that leaves no room for a letter about it in its topic does not stop the others',
    words: 'our own: the letter loses the headers and the value, and that is said',
    beyond: true,
    event: { batchSize: 1, ...destination },
    extra: { maximumRetryAttempts: 0 },
    handler(_, { texts }) {
      if (texts[0] !== 'good') throw new Error('never');
    },
    async check(scene) {
      await scene.produce([{ partition: 0, key: 'k', value: 'L'.repeat(1_040_000) }]);
      await scene.produce(['good']);
      await scene.untilCommitted(0, 2);
      const [dead] = await scene.stored(scene.deadTopic);
      const [kept] = JSON.parse(`${dead?.value}`).payload.records[`${scene.topic}-0`];
      assert.deepEqual([dead?.key, kept.offset, 'value' in kept], ['k', 0, false]);
    },
  },
  {
    name: 'a queue as destination, which nothing reaches from here, stops no start: the document goes to a file',
    words: 'our own: AWS sends it to the queue',
    beyond: true,
    event: { batchSize: 1, onFailureDestination: { 'Fn::GetAtt': ['Queue', 'Arn'] } },
    extra: { maximumRetryAttempts: 0 },
    handler() {
      throw new Error('never');
    },
    async check(scene) {
      await scene.produce(['a', 'b']);
      await scene.untilCommitted(0, 2);
      const documents = scene.documents();
      assert.deepEqual(
        documents.map(({ KafkaBatchInfo: { recordsInfo } }) => recordsInfo[`${scene.topic}-0`]?.firstRecordOffset),
        ['0', '1'],
      );
    },
  },
  {
    name: 'with a destination, endless retries become ten',
    page: pages.destination,
    words: '“Lambda automatically applies a maximum of 10 retry attempts”',
    event: { batchSize: 1, ...destination },
    handler() {
      throw new Error('never');
    },
    async check(scene) {
      await scene.produce(['a']);
      await scene.untilCommitted(0, 1, 90_000);
      assert.equal(scene.delivered().length, 11);
    },
  },
];
