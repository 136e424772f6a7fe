/** A Kafka of three nodes of its own for a test, whose brokers can be killed. */

import { nodeName } from '../access/nodes.ts';
import { type Trial as Engines, privateEngines } from './engines.fixture.ts';
import { kafkaNodes } from './nodes/kafka.ts';
import { isGone, signalGroup } from './processGroup.ts';
import { up } from './up.ts';

export type KafkaCluster = Readonly<{
  /** Of all nodes. */
  brokers: string[];
  /** Ends a broker by SIGKILL. Resolves when it is gone. */
  kill(id: number): Promise<void>;
  /** Resolves when it answers. */
  start(id: number): Promise<void>;
  /** Ends all of it and leaves nothing. */
  end(): Promise<void>;
}>;

/** Ends a node, or an engine, by SIGKILL. Resolves when it is gone. */
export async function killEngine(engines: Engines, name: string): Promise<void> {
  const group = await engines.group(name);
  signalGroup(group, 'SIGKILL', true);
  await isGone(group, 10);
}

/** Resolves when all three brokers answer. */
export async function kafkaCluster(): Promise<KafkaCluster> {
  const names = kafkaNodes.map(({ name }) => name);
  const engines = await privateEngines(...names);
  const ready = await up(names, engines.options).catch(async (error) => {
    await engines.end();
    throw error;
  });
  return {
    brokers: ready.map(({ address }) => address),
    start: async (id) => void (await engines.up(nodeName('kafka', id))),
    kill: (id) => killEngine(engines, nodeName('kafka', id)),
    end: engines.end,
  };
}
