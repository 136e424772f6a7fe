import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { simulateAll } from '../fleet.ts';

test('whatever befalls the calls of functions and timers, the audit finds every order whole in ten runs', async () => {
  const broken: string[] = [];
  const seeds = Array.from({ length: 10 }, (_, index) => index + 1).values();
  const heard = ({ seed, failure }: { seed: number; failure: string | undefined }) => {
    if (failure !== undefined) broken.push(`npm run simulate -- pipeline --seed ${seed}: ${failure}`);
    return broken.length === 0;
  };
  await simulateAll(seeds, heard, { name: 'pipeline', processes: availableParallelism() });
  assert.deepEqual(broken, []);
});

test('the same seed ends in the same orders, events, letters and faults', async () => {
  const hashes = new Set<string>();
  const heard = ({ hash }: { hash: string }) => hashes.add(hash) !== undefined;
  await simulateAll([3, 3, 3].values(), heard, { name: 'pipeline', processes: 1 });
  assert.equal(hashes.size, 1);
});
