import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsFrom, simulateAll } from './fleet.ts';

/** In a child: each seed but the first is simulated for ever. */
const neverEnds = 'process.on("message", ({ seed }) => { while (seed > 1); })';

test('who has heard enough hears no more, and waits for no seed that is under way', { timeout: 120_000 }, async () => {
  const heard: number[] = [];
  const enough = ({ seed }: { seed: number }) => {
    heard.push(seed);
    return false;
  };
  const execArgv = ['--import', `data:text/javascript,${encodeURIComponent(neverEnds)}`];
  await simulateAll(seedsFrom(1, 10), enough, { name: 'dispatcher', processes: 3, execArgv, stories: true });
  assert.deepEqual(heard, [1]);
});
