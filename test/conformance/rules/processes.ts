import assert from 'node:assert/strict';
import { pages } from '../pages.ts';
import { numbered, type Rule } from '../rule.ts';
import { pause } from '../scene.ts';

/** The dispatcher's process is killed, ended, and one of several. */
export const processRules: Rule[] = [
  {
    name: 'kill -9 loses nothing, and doubles only what was in flight or not yet committed',
    page: pages.batching,
    words: '“Lambda event source mappings process each event at least once”',
    isolated: true,
    event: { batchSize: 10 },
    handler: (_, { sleep }) => sleep(20),
    async check(scene, process) {
      for (let at = 0; at < 1000; at += 100) await scene.produce(numbered(100, `x${at}-`));
      await scene.until('some work', () => scene.delivered().length > 200);
      await process.running().kill();
      const before = scene.delivered().length;
      await process.start();
      await scene.untilCommitted(0, 1000);
      const delivered = scene.delivered();
      assert.equal(new Set(delivered).size, 1000, 'records were lost');
      assert.ok(delivered.length - 1000 <= 60, `${delivered.length - 1000} of ${before} were delivered twice`);
    },
  },
  {
    name: 'SIGTERM: what is in flight ends and is committed, within a bound',
    page: pages.create,
    words: 'disabling a mapping lets the invocation in progress end',
    isolated: true,
    event: { batchSize: 1 },
    handler: (_, { sleep }) => sleep(1500),
    async check(scene, process) {
      await scene.produce(numbered(3));
      await scene.until('a call', () => scene.calls().length > 0);
      const took = await process.running().stop();
      assert.ok(took < 10_000, `took ${took} ms`);
      const [committed] = await scene.committed();
      assert.equal(committed, scene.delivered().length, 'what was done is committed');
      await process.start();
      await scene.untilCommitted(0, 3);
      assert.deepEqual(scene.delivered(), numbered(3));
    },
  },
  {
    name: 'processes that come and go share the partitions, and lose nothing',
    page: pages.groups,
    words: 'Lambda scales the consumers of the group; records are processed at least once',
    isolated: true,
    partitions: 6,
    event: { batchSize: 20 },
    handler: (_, { sleep }) => sleep(10),
    async check(scene, process) {
      const sent: string[] = [];
      const produce = async (ended: () => boolean) => {
        while (!ended()) {
          const texts = numbered(60, `x${sent.length}-`);
          await scene.produce(texts.map((value, index) => ({ partition: index % 6, value })));
          sent.push(...texts);
          await pause(200);
        }
      };
      const pids = () => new Set(scene.calls().map(({ pid }) => pid)).size;
      let over = false;
      const producing = produce(() => over);
      for (let round = 0; round < 2; round++) {
        const others = [await process.another(), await process.another()];
        await scene.until('work of both', () => pids() === 3 + 2 * round);
        for (const other of others) await other.stop();
      }
      over = true;
      await producing;
      await scene.until('all commits', async () =>
        (await scene.committed()).every((offset) => offset === sent.length / 6),
      );
      const delivered = scene.delivered();
      assert.equal(new Set(delivered).size, sent.length, 'records were lost');
      assert.equal(delivered.length - sent.length, 0, 'delivered twice, though nobody was killed');
    },
  },
];
