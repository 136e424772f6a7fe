import { type Assigner, type PartitionAssigner, PartitionAssigners } from 'kafkajs';
import { Kafka, logLevel } from '../../kafkajs.ts';
import type { Logger } from '../stats.ts';

/** With these a broker may be killed and started again (7 s) and nothing is lost; kafkajs' own five tries give up. */
export const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 };

/** The same trouble is told once in this time, however often kafkajs meets it. */
const quietTime = 10_000;

export function connectKafka(brokers: readonly string[], clientId: string, log: Logger): Kafka {
  const told = new Map<string, number>();
  return new Kafka({
    brokers: [...brokers],
    clientId,
    retry,
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ log: entry }) => {
        const message = `kafka: ${entry.message}${entry.error ? `: ${entry.error}` : ''}`;
        if (Date.now() - (told.get(message) ?? 0) < quietTime) return;
        told.set(message, Date.now());
        log.warn(message);
      },
  });
}

/**
 * kafkajs tells that partitions were revoked only when it is too late to commit what was done with them. It does look
 * up the group's coordinator before each joining, through the cluster that it hands to the assigner: there we wait.
 */
export function roundRobinAfter(beforeJoin: () => Promise<void>): PartitionAssigner {
  return (config): Assigner => {
    const { cluster } = config;
    const findGroupCoordinator = cluster.findGroupCoordinator.bind(cluster);
    cluster.findGroupCoordinator = async (group) => {
      await beforeJoin();
      return findGroupCoordinator(group);
    };
    return PartitionAssigners.roundRobin(config);
  };
}
