import { ownEngines } from '../access/ownEngines.ts';
import { clusterNames, type KafkaKind, usualNamesOn } from '../engines/catalogue.ts';
import { up } from '../engines/up.ts';
import type { Log } from './parts.ts';

/** How the engines are run that nobody else runs. */
export type EngineChoice = Readonly<{ kafka: KafkaKind; containers: boolean; cluster?: boolean }>;

/** Makes sure that the engines run, and tells the functions (by the environment) where they are. */
export async function bringEnginesUp(
  log: Log,
  { kafka, containers, cluster = false }: EngineChoice = { kafka: 'kraft', containers: true },
): Promise<string> {
  const { addresses } = ownEngines(process.env);
  const names = cluster ? clusterNames(({ external }) => external in addresses) : usualNamesOn(kafka);
  const engines = await up(names, { progress: (line) => log.info(line), containers });
  for (const { tells } of engines) Object.assign(process.env, { ...tells, ...process.env });
  return engines.map(({ name, outcome, address }) => `${name} ${outcome} (${address})`).join(', ');
}
