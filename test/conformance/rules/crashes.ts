import assert from 'node:assert/strict';
import { kill } from 'node:process';
import type { Handler } from '../functionModule.ts';
import { pages } from '../pages.ts';
import type { Rule } from '../rule.ts';

/** The batch with the bad record fails and is tried again; the process lives, and serves what comes after. */
const crash = (name: string, words: string, handler: Handler, definition: Record<string, unknown> = {}): Rule => ({
  name: `a function that ${name} fails its batch, and nothing else`,
  page: pages.environment,
  words,
  isolated: true,
  event: { batchSize: 1 },
  definition,
  handler,
  async check(scene, process) {
    await scene.produce(['before', 'bad', 'after']);
    await scene.untilDelivered(['after']);
    await scene.untilCommitted(0, 3);
    assert.deepEqual(scene.delivered(), ['before', 'bad', 'bad', 'after']);
    // The dispatcher's own process, that is: a function behind an endpoint has another.
    assert.doesNotThrow(() => kill(process.running().pid, 0), 'the process itself has ended');
  },
});

const sandbox = 'the function error fails the invocation; the environment is replaced and the batch is retried';

export const crashRules: Rule[] = [
  crash('throws', sandbox, (_, { texts, times }) => {
    if (texts[0] === 'bad' && times('bad') === 1) throw new Error('bad');
  }),
  crash('throws in a callback', sandbox, async (_, { texts, times, sleep }) => {
    if (texts[0] !== 'bad' || times('bad') > 1) return;
    setTimeout(() => {
      throw new Error('out of reach');
    }, 10);
    await sleep(3000);
  }),
  crash('leaves a rejection unhandled', sandbox, async (_, { texts, times, sleep }) => {
    if (texts[0] !== 'bad' || times('bad') > 1) return;
    void Promise.reject(new Error('nobody listens'));
    await sleep(3000);
  }),
  crash('calls process.exit', sandbox, (_, { texts, times }) => {
    if (texts[0] === 'bad' && times('bad') === 1) process.exit(1);
  }),
  crash(
    'never ends its loop',
    'timeout: the function is stopped after that many seconds',
    (_, { texts, times }) => {
      const first = texts[0] === 'bad' && times('bad') === 1;
      while (first);
    },
    { timeout: 2 },
  ),
  crash(
    'never answers',
    'timeout: the function is stopped after that many seconds',
    async (_, { texts, times }) => {
      if (texts[0] === 'bad' && times('bad') === 1) await new Promise(() => undefined);
    },
    { timeout: 2 },
  ),
  crash(
    'takes all memory',
    'the function is limited to its configured memory',
    (_, { texts, times }) => {
      const hoard: unknown[] = [];
      while (texts[0] === 'bad' && times('bad') === 1)
        hoard.push(Array.from({ length: 1000 }, () => ({ more: hoard.length })));
    },
    { memorySize: 128, timeout: 30 },
  ),
  crash(
    'takes all memory in Buffers',
    'the function is limited to its configured memory',
    (_, { texts, times }) => {
      const hoard: unknown[] = [];
      while (texts[0] === 'bad' && times('bad') === 1) hoard.push(Buffer.alloc(5_000_000, 1));
    },
    { memorySize: 128, timeout: 30 },
  ),
  {
    name: 'a crash is no attempt for the other calls of its worker',
    words: 'our own: AWS gives each call an environment of its own, here several may share a thread',
    beyond: true,
    isolated: true,
    partitions: 2,
    event: { batchSize: 1 },
    extra: { concurrency: 2, concurrencyPerWorker: 2, maximumRetryAttempts: 0 },
    async handler(_, { texts, note, gate, sleep }) {
      note(`began ${texts[0]}`);
      await gate('go');
      if (texts[0] === 'bad') process.exit(1);
      await sleep(500);
      note(`did ${texts[0]}`);
    },
    async check(scene) {
      await scene.produce([
        { partition: 0, value: 'bad' },
        { partition: 1, value: 'good' },
      ]);
      await scene.until('both calls', () => ['bad', 'good'].every((text) => scene.notes().includes(`began ${text}`)));
      scene.open('go');
      await scene.untilCommitted(0, 1);
      await scene.untilCommitted(1, 1);
      assert.deepEqual(
        scene.notes().filter((note) => note.startsWith('did')),
        ['did good'],
      );
    },
  },
  {
    name: 'a slow function does not slow another, and causes no rebalance',
    page: pages.batching,
    words: 'each event source mapping is polled on its own',
    isolated: true,
    definition: { timeout: 60, bystander: true },
    event: { batchSize: 100 },
    handler: (_, { sleep }) => sleep(30_000),
    async check(scene) {
      await scene.produce(['slow']);
      await scene.untilDelivered(['slow']);
      const started = Date.now();
      for (let at = 0; Date.now() - started < 28_000; at++) {
        await scene.produce([`b${at}`], `${scene.topic}.bystander`);
        // A third of what it would wait for the slow one.
        await scene.until('the bystander', () => scene.notes().includes(`b${at}`), 10_000);
      }
      await scene.untilCommitted(0, 1);
      assert.equal(scene.delivered().filter((text) => text === 'slow').length, 1, 'delivered again');
    },
  },
];
