/** How many seeds the simulation needs to find each planted fault. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { simulateAll } from '../fleet.ts';
import { faults } from './faults.ts';

/** @returns the seeds until it was found; undefined where it was not */
export async function seedsUntilFound(id: string, most: number, first = 1): Promise<number | undefined> {
  let [tried, found]: [number, number | undefined] = [0, undefined];
  function* seeds(): Generator<number> {
    for (let seed = first; seed < first + most; seed++) yield seed;
  }
  await simulateAll(
    seeds(),
    ({ failure }) => {
      tried++;
      if (failure !== undefined) found ??= tried;
      return found === undefined;
    },
    {
      name: 'dispatcher',
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
    const seeds = await seedsUntilFound(id, 1000);
    console.log(`| ${id} | ${tells} | ${seeds ?? 'not found'} |`);
    all &&= seeds !== undefined;
  }
  return all;
}
