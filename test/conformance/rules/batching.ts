import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';
import { pause, type Scene } from '../scene.ts';

const sizes = (scene: Scene): number[] => scene.calls().map(({ texts }) => texts.length);
const limit = 6 * 1024 * 1024;

export const batchingRules: Rule[] = [
  {
    name: 'a batch has at most BatchSize records',
    page: pages.create,
    words: '“The maximum number of records in each batch that Lambda pulls from your stream or queue”',
    event: { batchSize: 7, maximumBatchingWindow: 1 },
    async check(scene) {
      await scene.produce(numbered(21));
      await scene.untilDelivered(numbered(21));
      assert.deepEqual(sizes(scene), [7, 7, 7]);
    },
  },
  {
    name: 'a full batch does not wait for the window',
    page: pages.batching,
    words: 'Lambda invokes when the batch size is reached, the window is over, or the payload is full',
    event: { batchSize: 5, maximumBatchingWindow: 20 },
    async check(scene) {
      await scene.produce(numbered(5));
      await scene.untilDelivered(numbered(5), 10_000);
    },
  },
  {
    name: 'a batch that is not full goes when the window is over, with all that came meanwhile',
    page: pages.create,
    words:
      '“The maximum amount of time, in seconds, that Lambda spends gathering records before invoking the function”',
    event: { batchSize: 100, maximumBatchingWindow: 2 },
    async check(scene) {
      await scene.produce(['warm']);
      await scene.untilCommitted(0, 1);
      const started = Date.now();
      await scene.produce(['a', 'b']);
      await scene.produce(['c']);
      await scene.untilDelivered(['a', 'b', 'c']);
      const waited = (scene.calls()[1]?.at ?? 0) - started;
      assert.deepEqual(sizes(scene), [1, 3]);
      // That it goes at all shows above; how soon after the window depends on what else the machine does.
      assert.ok(waited >= 1800, `waited ${waited} ms`);
    },
  },
  {
    name: 'the next window begins when the batch before has ended',
    page: pages.batching,
    words: '“the next window begins as soon as the previous function invocation completes”',
    event: { batchSize: 100, maximumBatchingWindow: 2 },
    handler: (_, { texts, gate }) => (texts.includes('first') ? gate('go') : undefined),
    async check(scene) {
      await scene.produce(['first']);
      await scene.untilDelivered(['first']);
      await scene.produce(['a']);
      // That its own window would be over is what is tested.
      await pause(2500);
      const ended = Date.now();
      scene.open('go');
      await scene.untilDelivered(['a']);
      assert.ok((scene.calls()[1]?.at ?? 0) - ended >= 1900, 'the window began before the first batch ended');
    },
  },
  {
    name: 'unless set, a batch has 100 records and the window is half a second',
    page: pages.create,
    words: '“the default batching window is 500 ms”; a batch has 100 records',
    event: { batchSize: undefined, maximumBatchingWindow: undefined },
    async check(scene) {
      await scene.produce(numbered(250));
      await scene.untilDelivered(numbered(250));
      assert.deepEqual(sizes(scene).slice(0, 2), [100, 100]);
    },
  },
  {
    name: 'a batch can mix partitions',
    page: pages.configure,
    words: '“A single Lambda payload can contain messages from multiple partitions”',
    partitions: 3,
    event: { batchSize: 30, maximumBatchingWindow: 1.5 },
    async check(scene) {
      await scene.produce([0, 1, 2].map((partition) => ({ partition, value: `p${partition}` })));
      await scene.untilDelivered(['p0', 'p1', 'p2']);
      assert.deepEqual(sizes(scene), [3]);
      assert.equal(Object.keys(scene.calls()[0]?.event.records ?? {}).length, 3);
    },
  },
  {
    name: 'the payload of an invocation is at most 6 MB, base64 counted',
    page: pages.create,
    words: '“up to the payload limit for synchronous invocation (6 MB)”',
    event: { batchSize: 1000, maximumBatchingWindow: 2 },
    async check(scene) {
      const records = numbered(80, 'x').map((name) => name.padEnd(150_000, '.'));
      for (let at = 0; at < records.length; at += 5) await scene.produce(records.slice(at, at + 5));
      await scene.untilDelivered(records);
      for (const { event } of scene.calls()) assert.ok(Buffer.byteLength(JSON.stringify(event)) <= limit);
      assert.ok(Math.max(...sizes(scene)) > 10, `${sizes(scene)}`);
    },
  },
  {
    name: 'a record that is over 6 MB by itself fails, and the others go on',
    page: pages.batching,
    words: 'a record that exceeds the payload limit cannot be invoked with: it goes to the on-failure destination',
    topicSettings: { 'max.message.bytes': '12000000' },
    event: { onFailureDestination: 'kafka://$TOPIC.dead' },
    async check(scene) {
      await scene.produce(['before', 'B'.repeat(5_000_000), 'after']);
      await scene.untilDelivered(['before', 'after']);
      await scene.untilCommitted(0, 3);
      assert.deepEqual(scene.delivered(), ['before', 'after']);
      const [dead] = await scene.letters();
      assert.equal(dead?.length, 5_000_000);
      const [stored] = await scene.stored(scene.deadTopic);
      const { requestContext, responseContext } = JSON.parse(`${stored?.value}`);
      assert.deepEqual([requestContext.condition, responseContext], ['MaximumPayloadSizeExceeded', null]);
    },
  },
  {
    name: 'a warm environment is used again',
    page: pages.environment,
    words: 'the execution environment is kept for the next invocation',
    event: { batchSize: 1 },
    handler: (_, { note }) => {
      const state = globalThis as { count?: number };
      state.count = (state.count ?? 0) + 1;
      note(`${state.count}`);
    },
    async check(scene) {
      await scene.produce(numbered(5));
      await scene.until('5 calls', () => scene.notes().length >= 5);
      assert.deepEqual(scene.notes(), ['1', '2', '3', '4', '5']);
    },
  },
  {
    name: 'a changed handler is loaded anew',
    words: 'our own: on AWS a function changes when it is deployed',
    beyond: true,
    event: { batchSize: 1 },
    handler: (_, { note }) => note('old'),
    async check(scene) {
      await scene.produce(['a']);
      await scene.until('the old code', () => scene.notes().length === 1);
      const file = join(scene.folder, 'function.js');
      writeFileSync(file, readFileSync(file, 'utf8').replace("'old'", "'new'"));
      for (let at = 0; !scene.notes().includes('new'); at++) {
        assert.ok(at < 100, 'the new code never came');
        await scene.produce([`b${at}`]);
        await scene.untilDelivered([`b${at}`]);
        await pause(50);
      }
    },
  },
  {
    name: 'provisioned concurrency: the environment is there before the first record',
    page: pages.concurrency,
    words: 'provisioned concurrency: pre-initialized execution environments, prepared to respond immediately',
    definition: { provisionedConcurrency: 1 },
    async before({ folder }) {
      const told = `appendFileSync(${JSON.stringify(join(folder, 'notes.txt'))}, 'initialized\\n');\n`;
      appendFileSync(join(folder, 'function.js'), told);
    },
    async check(scene) {
      await scene.until('the function is initialized', () => scene.notes().length > 0);
      assert.deepEqual(scene.calls(), []);
      await scene.produce(['x']);
      await scene.untilDelivered(['x']);
      assert.deepEqual(scene.notes(), ['initialized']);
    },
  },
];
