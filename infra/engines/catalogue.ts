/** Every engine there is. */
import { elasticsearch } from './elasticsearch.ts';
import { type Engine, EngineFault } from './engine.ts';
import { ignite } from './ignite.ts';
import { inbox } from './inbox.ts';
import { kafka } from './kafka.ts';
import { kafkaZookeeper } from './kafkaZookeeper.ts';
import { postgres } from './postgres.ts';
import { redis } from './redis.ts';
import { zookeeper } from './zookeeper.ts';

/** Engines with the same `external` variable, as the two Kafkas, take turns: `up` ends one for the other. */
export const engines: readonly Engine[] = [
  kafka,
  redis,
  elasticsearch,
  inbox,
  postgres,
  ignite,
  zookeeper,
  kafkaZookeeper,
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

/** @throws EngineFault for a name that is none of the engines' */
export function engineNamed(name: string): Engine {
  const found = engines.find((engine) => engine.name === name);
  if (found) return found;
  throw new EngineFault(`There is no engine "${name}". There are ${engines.map((engine) => engine.name).join(', ')}.`);
}
