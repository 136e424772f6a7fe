/** Kafka's three nodes among a test's own engines, for those whose brokers are killed. */
import { nodeName } from '../access/nodes.ts';
import type { Trial as Engines } from './engines.fixture.ts';

export type KafkaCluster = Readonly<{
  /** Ends a broker by SIGKILL. Resolves when it is gone. */
  kill(id: number): Promise<void>;
  /** Resolves when it answers. */
  start(id: number): Promise<void>;
}>;

/** @param engines among which the three nodes are up */
export const clusterAmong = (engines: Engines): KafkaCluster => ({
  start: async (id) => void (await engines.up(nodeName('kafka', id))),
  kill: (id) => engines.kill(nodeName('kafka', id)),
});
