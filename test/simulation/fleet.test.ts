import assert from 'node:assert/strict';
import { test } from 'node:test';
import { seedsFrom, simulateAll } from './fleet.ts';

test('who has heard enough hears no more, and waits for no seed that is under way', async () => {
  const heard: number[] = [];
  const enough = ({ seed }: { seed: number }) => {
    heard.push(seed);
    return false;
  };
  await simulateAll(seedsFrom(1, 10), enough, { name: 'dispatcher', processes: 3 });
  assert.equal(heard.length, 1);
});
