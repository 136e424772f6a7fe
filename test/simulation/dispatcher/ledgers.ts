import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import { retriesCommitted, watchCommits } from './commits.ts';
import { Ledger } from './ledger.ts';
import { Owners } from './owners.ts';
import { goesBack, type Scenario } from './scenario.ts';
import { groupsByFunction, topic } from './service.ts';

/** What each function must get, by its name. @param violated called with what does not hold */
export function ledgersOf(
  kafka: SimulatedKafka,
  scenario: Scenario,
  violated: (text: string) => void,
): ReadonlyMap<string, Ledger> {
  const { retries, destination, pollers } = scenario.setting;
  const owners = new Owners(kafka, topic);
  const ledgers = new Map<string, Ledger>();
  // What is read anew since its log went back has all its retries anew.
  const anew = scenario.actions.some(([, action]) => goesBack(action)) ? Number.NEGATIVE_INFINITY : 0;
  for (const [name, [group = '', ...others]] of groupsByFunction(scenario)) {
    // Two events of one function commit what is not for them, and of several pollers a call does not tell which it is of.
    const alone = others.length === 0;
    const owns = (client: string, partition: number) => !alone || pollers > 1 || owners.has(client, group, partition);
    const spentBefore = (partition: number, offset: number) =>
      anew + (alone ? retriesCommitted(kafka, group, partition, offset) : 0);
    const committed = (partition: number) =>
      Math.min(...[group, ...others].map((one) => kafka.groups.committed(one, topic).get(partition)?.offset ?? -1));
    const ledger = new Ledger({ retries, destination, pollers, owns, spentBefore, committed }, violated);
    ledgers.set(name, ledger);
    if (alone) watchCommits(kafka, group, ledger);
  }
  return ledgers;
}
