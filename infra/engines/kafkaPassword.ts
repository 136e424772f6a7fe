/**
 * By what settings a broker asks for the password. PLAIN, and not SCRAM: the password lies in the broker's own file, so that a data
 * folder of any age is entered by it, and a new one is formatted as before.
 */
import { kafkaUser, ownKafkaLogin, ownKafkaTells } from '../access/ownKafka.ts';
import type { Engine } from './engine.ts';

const module = 'org.apache.kafka.common.security.plain.PlainLoginModule required';

/** How whoever connects hears of it. */
export const asksForPassword = {
  access: (password) => ({ kafka: ownKafkaLogin(password) }),
  tells: (site) => ownKafkaTells(site.password()),
} as const satisfies Partial<Engine>;

/** A file by which ZooKeeper asks for the same password (`Server`), or its Kafka says it (`Client`). */
export const zookeeperJaas = (side: 'Server' | 'Client', password: string): string => {
  const told = side === 'Server' ? `user_${kafkaUser}="${password}"` : `username="${kafkaUser}" password="${password}"`;
  return `${side} { org.apache.zookeeper.server.auth.DigestLoginModule required ${told}; };\n`;
};

/** What a client of Java's says of itself. */
export const clientJaas = (password: string): string => `${module} username="${kafkaUser}" password="${password}";`;

/** @param listeners by their names: all of them, those too by which brokers and controllers reach each other */
export const passwordSettings = (password: string, listeners: readonly string[]): Readonly<Record<string, string>> => ({
  'listener.security.protocol.map': listeners.map((name) => `${name}:SASL_PLAINTEXT`).join(),
  'sasl.enabled.mechanisms': 'PLAIN',
  'sasl.mechanism.inter.broker.protocol': 'PLAIN',
  ...(listeners.includes('CONTROLLER') && { 'sasl.mechanism.controller.protocol': 'PLAIN' }),
  ...Object.fromEntries(
    listeners.map((name) => [
      `listener.name.${name.toLowerCase()}.plain.sasl.jaas.config`,
      `${clientJaas(password).slice(0, -1)} user_${kafkaUser}="${password}";`,
    ]),
  ),
});
