import { fewest } from '../shrink.ts';
import type { Action, Scenario } from './scenario.ts';

/** Runs of a smaller scenario, at most. */
const mostTries = 120;

type Fails = (scenario: Scenario) => Promise<boolean>;

/** Leaves out whatever can be left out while it still fails. */
export async function shrink(scenario: Scenario, fails: Fails): Promise<Scenario> {
  let [smallest, tries] = [scenario, 0];
  const tryOut = async (smaller: Scenario): Promise<boolean> => {
    if (++tries > mostTries || !(await fails(smaller))) return false;
    smallest = smaller;
    return true;
  };
  await fewest(scenario.actions, (actions) => tryOut({ ...smallest, actions }), mostTries);
  if (smallest.instances > 1) await tryOut({ ...smallest, instances: 1 });
  if (smallest.last.length > 0) await tryOut({ ...smallest, last: [] });
  if (smallest.mishap > 0) await tryOut({ ...smallest, mishap: 0 });
  const calmer = smallest.actions.map(([at, action]) => [at, single(action)] as const);
  await tryOut({ ...smallest, actions: calmer });
  return smallest;
}

/** The first record of several. */
const single = (action: Action): Action =>
  action.kind === 'append' ? { ...action, items: action.items.slice(0, 1) } : action;
