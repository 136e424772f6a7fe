import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { simulateAll } from '../fleet.ts';
import { seedsUntilFound } from '../planted/find.ts';
import { pipelineFaults } from '../planted/pipelineFaults.ts';

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

/** Those that a few seeds find. `npm run simulate -- planted` looks for all of them. */
const quick = ['O1', 'O10'];

for (const { id, tells } of pipelineFaults.filter((fault) => quick.includes(fault.id))) {
  test(`it would be found that ${tells} (${id})`, async () => {
    const found = await seedsUntilFound(id, 20);
    assert.ok(found !== undefined, 'not found within 20 seeds');
  });
}
