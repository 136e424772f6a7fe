/** What is asked of every simulation: no promise breaks, a seed repeats itself, and planted faults are found. */
import assert from 'node:assert/strict';
import { availableParallelism } from 'node:os';
import { test } from 'node:test';
import { simulateAll } from './fleet.ts';
import { seedsUntilFound } from './planted/find.ts';
import type { PlantedFault } from './planted/planted.ts';
import type { SimulationName } from './simulations.ts';

/** Fails with the command that repeats it at the first of these seeds that breaks a promise. */
export async function holds(name: SimulationName, seeds: Iterable<number>): Promise<void> {
  const broken: string[] = [];
  const heard = ({ seed, failure }: { seed: number; failure: string | undefined }) => {
    if (failure !== undefined) broken.push(`npm run simulate -- ${name} --seed ${seed}: ${failure}`);
    return broken.length === 0;
  };
  await simulateAll(seeds[Symbol.iterator](), heard, { name, processes: availableParallelism() });
  assert.deepEqual(broken, []);
}

/** Fails where runs of one seed differ in what happens, in one process or in several. */
export async function repeats(name: SimulationName, seed: number, times: number): Promise<void> {
  const hashes = new Set<string>();
  const again = Array.from({ length: times }, () => seed);
  await simulateAll(again.values(), ({ hash }) => hashes.add(hash) !== undefined, { name, processes: 2 });
  assert.ok(!hashes.has(''), 'a run was ended since it took too long');
  assert.equal(hashes.size, 1);
}

/**
 * A test for each of these faults, by its id: it is found within so many seeds, from the one that is told on, which lies
 * shortly before the first that finds it. `npm run simulate -- planted` looks for all of them from the first seed on.
 */
export function areFound(
  faults: readonly Pick<PlantedFault, 'id' | 'tells'>[],
  from: Readonly<Record<string, number>>,
  seeds: number,
): void {
  for (const { id, tells } of faults.filter((fault) => fault.id in from)) {
    test(`it would be found that ${tells} (${id})`, async () => {
      const found = await seedsUntilFound(id, seeds, from[id]);
      assert.ok(found !== undefined, `not found within ${seeds} seeds`);
    });
  }
}
