import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsFrom, simulateAll } from './fleet.ts';

/** In a child: no seed but the first is begun within ten minutes. */
const late =
  'process.on("message", ({ seed }) => seed > 1 && Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 6e5))';

test('who has heard enough hears no more, and waits for no seed that is under way', { timeout: 120_000 }, async () => {
  const heard: number[] = [];
  const enough = ({ seed }: { seed: number }) => {
    heard.push(seed);
    return false;
  };
  const execArgv = ['--import', `data:text/javascript,${encodeURIComponent(late)}`];
  await simulateAll(seedsFrom(1, 10), enough, { name: 'dispatcher', processes: 3, execArgv, stories: true });
  assert.deepEqual(heard, [1]);
});
