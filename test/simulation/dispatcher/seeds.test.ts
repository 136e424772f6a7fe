import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { simulateAll } from '../fleet.ts';
import { faults } from '../planted/faults.ts';
import { seedsUntilFound } from '../planted/find.ts';

function* seeds(first: number, count: number): Generator<number> {
  for (let seed = first; seed < first + count; seed++) yield seed;
}

test('whatever befalls Kafka, the functions and the dispatchers, no promise is broken in a hundred runs', async () => {
  const broken: string[] = [];
  const heard = ({ seed, failure }: { seed: number; failure: string | undefined }) => {
    if (failure !== undefined) broken.push(`npm run simulate -- dispatcher --seed ${seed}: ${failure}`);
    return broken.length === 0;
  };
  await simulateAll(seeds(1, 100), heard, { name: 'dispatcher', processes: availableParallelism() });
  assert.deepEqual(broken, []);
});

test('the same seed tells the same story', async () => {
  const hashes = new Set<string>();
  const again = Array.from({ length: 5 }, () => 7);
  await simulateAll(again.values(), ({ hash }) => hashes.add(hash) !== undefined, { name: 'dispatcher', processes: 1 });
  assert.equal(hashes.size, 1);
});

/** Those that a few seeds find. `npm run simulate -- planted` looks for all of them. */
const quick = ['H3', 'H4', 'H8', 'H10', 'M1', 'M8'];

for (const { id, tells } of faults.filter((fault) => quick.includes(fault.id))) {
  test(`it would be found that ${tells} (${id})`, async () => {
    const found = await seedsUntilFound(id, 100);
    assert.ok(found !== undefined, 'not found within 100 seeds');
  });
}
