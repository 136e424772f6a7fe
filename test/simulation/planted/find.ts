/** How many seeds the simulation needs to find each planted fault. */

import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { seedsFrom, simulateAll } from '../fleet.ts';
import { faults } from './all.ts';
import { planted } from './planted.ts';

type Found = Readonly<{ seeds: number; failure: string }>;

const root = join(import.meta.dirname, '..', '..', '..');

/** @returns the seeds until it was found, and what was found of it; undefined where it was not @throws Error where it cannot be planted */
export async function seedsUntilFound(id: string, most: number, first = 1): Promise<Found | undefined> {
  const fault = faults.find((one) => one.id === id);
  if (!fault) throw new Error(`there is no fault ${id}`);
  // In the process that loads it, a change that does not fit would look like a failure of the simulation.
  for (const change of fault.changes) planted(readFileSync(join(root, change.file), 'utf8'), change);
  let [tried, found]: [number, Found | undefined] = [0, undefined];
  await simulateAll(
    seedsFrom(first, most),
    ({ failure, hash }) => {
      tried++;
      // A run that was ended since it took too long says nothing of the fault.
      if (hash !== '' && failure?.includes(fault.shows ?? '')) found ??= { seeds: tried, failure };
      return found === undefined;
    },
    {
      name: fault.simulation,
      processes: availableParallelism(),
      execArgv: ['--import', join(import.meta.dirname, 'plant.ts')],
      environment: { PLANTED: id },
    },
  );
  return found;
}

/** Prints a row for each fault. @param wanted by their ids; all unless told @returns whether each was found */
export async function findPlanted(wanted: readonly string[]): Promise<boolean> {
  let all = true;
  for (const { id, tells } of faults.filter((fault) => wanted.length === 0 || wanted.includes(fault.id))) {
    const found = await seedsUntilFound(id, 1000);
    console.log(`| ${id} | ${tells} | ${found ? `${found.seeds} | ${found.failure.slice(0, 120)}` : 'not found |'} |`);
    all &&= found !== undefined;
  }
  return all;
}
