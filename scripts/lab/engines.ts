import type { Durability } from '../../functions/messages/settings.ts';
import { engineGroups } from '../../infra/engines/processes.ts';
import { up } from '../../infra/engines/up.ts';
import { stores } from './stores/stores.ts';
import { type TargetName, targetOf } from './targets.ts';

/** The store behind a target, where there is one. */
export const storeOf = (target: TargetName) => {
  const { store } = targetOf(target);
  return store && stores[store];
};

/** Brings up what a run needs; what the engines tell goes into the environment, for the processes of the run. */
export async function bringUp(target: TargetName, durability: Durability, log: (text: string) => void): Promise<void> {
  process.env.LAB_DURABILITY = durability;
  const store = storeOf(target)?.engine;
  const names = [...new Set(['kafka', 'elasticsearch', ...(store ? [store] : [])])];
  for (const { tells } of await up(names, { progress: log })) Object.assign(process.env, { ...tells, ...process.env });
}

/** The engines that a run's figures are about, as far as they run on this machine and were started here. */
export function watchedEngines(target: TargetName): Map<string, number> {
  const store = storeOf(target)?.engine;
  return new Map(
    [...engineGroups()].filter(([name]) => name === 'kafka' || name === 'elasticsearch' || name === store),
  );
}
