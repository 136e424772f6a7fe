/** Every engine there is. */

import type { ClusterName } from '../access/nodes.ts';
import { elasticsearch } from './elasticsearch.ts';
import { type Engine, EngineFault } from './engine.ts';
import { ignite } from './ignite.ts';
import { inbox } from './inbox.ts';
import { kafka } from './kafka.ts';
import { kafkaZookeeper } from './kafkaZookeeper.ts';
import { elasticsearchNodes } from './nodes/elasticsearch.ts';
import { kafkaNodes } from './nodes/kafka.ts';
import { redisNodes } from './nodes/redis.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { zookeeper } from './zookeeper.ts';

/** The nodes of each engine that can have several. */
const clusters: Readonly<Record<ClusterName, readonly Engine[]>> = {
  kafka: kafkaNodes,
  redis: redisNodes,
  elasticsearch: elasticsearchNodes,
};

/** Engines with the same `external` variable, as the two Kafkas, take turns, but for nodes: `up` ends one for the other. */
export const engines: readonly Engine[] = [
  kafka,
  redis,
  elasticsearch,
  inbox,
  postgres,
  ignite,
  zookeeper,
  kafkaZookeeper,
  ...Object.values(clusters).flat(),
];

/** What the order pipeline needs. The slowest to start is downloaded first. */
export const usualNames: readonly string[] = ['elasticsearch', 'kafka', 'redis', 'inbox'];

/** Kafka by itself, or as it was with ZooKeeper. */
export const kafkaKinds = { kraft: ['kafka'], zookeeper: ['zookeeper', 'kafka-zookeeper'] } as const;
/** With ZooKeeper, or with Kafka's own controllers (KRaft). */
export type KafkaKind = keyof typeof kafkaKinds;

/** What the order pipeline needs, on this kind of Kafka. */
export const usualNamesOn = (kind: KafkaKind): readonly string[] =>
  usualNames.flatMap((name) => (name === 'kafka' ? kafkaKinds[kind] : [name]));

/** The nodes of the engine of this name, where it can have several. */
export const nodesOf = (name: string): readonly Engine[] => (name in clusters ? clusters[name as ClusterName] : []);

/** What the order pipeline needs, of several nodes whatever can have them; an engine of somebody else is what it is. */
export const clusterNames = (isExternal: (engine: Engine) => boolean): readonly string[] =>
  usualNames.flatMap((name) => {
    const nodes = isExternal(engineNamed(name)) ? [] : nodesOf(name);
    return nodes.length > 0 ? nodes.map((node) => node.name) : [name];
  });

/** @throws EngineFault for a name that is none of the engines' */
export function engineNamed(name: string): Engine {
  const found = engines.find((engine) => engine.name === name);
  if (found) return found;
  throw new EngineFault(`There is no engine "${name}". There are ${engines.map((engine) => engine.name).join(', ')}.`);
}
