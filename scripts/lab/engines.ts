import type { Durability } from '../../functions/messages/settings.ts';
import { storeOf, stores, type TargetName } from '../../functions/messages/targets.ts';
import { engineGroups } from '../../infra/engines/processes.ts';
import { up } from '../../infra/engines/up.ts';
import type { RunEnvironment } from './processes/child.ts';

const engineOf = (target: TargetName): string | undefined => {
  const store = storeOf(target);
  return store && stores[store].engine;
};

/** `environment`: what a run's processes are to find there; `others`: the engines among them that somebody else runs. */
export type Brought = Readonly<{ environment: RunEnvironment; others: ReadonlySet<string> }>;

/**
 * Brings up what a run needs.
 * @param given variables that it is to have beside this process's, and before them
 */
export async function bringUpEngines(
  target: TargetName,
  durability: Durability,
  log: (text: string) => void,
  given: RunEnvironment = {},
): Promise<Brought> {
  const chosen = { ...given, LAB_DURABILITY: durability };
  const store = engineOf(target);
  const names = [...new Set(['kafka', 'elasticsearch', ...(store ? [store] : [])])];
  const environment = { ...process.env, ...chosen };
  const ready = await up(names, { progress: log, environment });
  const told: Record<string, string> = Object.assign({}, ...ready.map(({ tells }) => tells));
  // An address that a person gave stands.
  const own = Object.fromEntries(
    Object.entries({ ...told, ...chosen }).filter(([name]) => name in chosen || !process.env[name]),
  );
  const others = ready.filter(({ outcome }) => outcome === 'external').map(({ name }) => name);
  return { environment: own, others: new Set(others) };
}

/** The engines that a run's figures are about, as far as they run on this machine and were started here. */
export function watchedEngines(target: TargetName): Map<string, number> {
  const store = engineOf(target);
  return new Map(
    [...engineGroups()].filter(([name]) => name === 'kafka' || name === 'elasticsearch' || name === store),
  );
}
