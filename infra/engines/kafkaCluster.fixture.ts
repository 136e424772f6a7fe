/** Kafka's three nodes among a test's own engines, for those whose brokers are killed. */
import { nodeName } from '../access/nodes.ts';
import type { Trial as Engines } from './engines.fixture.ts';
import { isGone, signalGroup } from './processGroup.ts';

export type KafkaCluster = Readonly<{
  /** Ends a broker by SIGKILL. Resolves when it is gone. */
  kill(id: number): Promise<void>;
  /** Resolves when it answers. */
  start(id: number): Promise<void>;
}>;

/** Ends a node, or an engine, by SIGKILL. Resolves when it is gone. */
export async function killEngine(engines: Engines, name: string): Promise<void> {
  const group = await engines.group(name);
  signalGroup(group, 'SIGKILL', true);
  await isGone(group, 10);
}

/** @param engines among which the three nodes are up */
export const clusterAmong = (engines: Engines): KafkaCluster => ({
  start: async (id) => void (await engines.up(nodeName('kafka', id))),
  kill: (id) => killEngine(engines, nodeName('kafka', id)),
});
