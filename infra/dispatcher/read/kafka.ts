import { type Assigner, type Consumer, type ISocketFactory, type PartitionAssigner, PartitionAssigners } from 'kafkajs';
import type { Clock } from '../../clock.ts';
import { Kafka, logLevel } from '../../kafkajs/kafkajs.ts';
import type { Logger } from '../stats.ts';
import { endingConnections } from './connections.ts';

/** With these a broker may be killed and started again (7 s) and nothing is lost; kafkajs' own five tries give up. */
const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 };

/** The same trouble is told once in this time, however often kafkajs meets it. */
const quietTime = 10_000;

export type Connection = Readonly<{
  brokers: readonly string[];
  clientId: string;
  /** Aborted to end every connection, and every attempt at one. */
  end: AbortSignal;
  /** What the connections are made by; `node:net` unless given. */
  socketFactory?: ISocketFactory;
}>;

export function connectKafka({ brokers, clientId, end, socketFactory }: Connection, log: Logger, clock: Clock): Kafka {
  const told = new Map<string, number>();
  return new Kafka({
    ...endingConnections(brokers, end, socketFactory),
    clientId,
    retry,
    connectionTimeout: 3000,
    requestTimeout: 30_000,
    logLevel: logLevel.ERROR,
    logCreator:
      () =>
      ({ log: entry }) => {
        if (end.aborted) return;
        const message = `kafka: ${entry.message}${entry.error ? `: ${entry.error}` : ''}`;
        if (clock.monotonic() - (told.get(message) ?? Number.NEGATIVE_INFINITY) < quietTime) return;
        told.set(message, clock.monotonic());
        log.warn(message);
      },
  });
}

/** How long a consumer may be silent before its partitions go to others: also how long a killed one keeps them. */
const sessionTimeout = 10_000;

/** A consumer of a group, which lets `beforeJoin` end before it asks to join. */
export const groupConsumer = (kafka: Kafka, groupId: string, beforeJoin: () => Promise<void>): Consumer =>
  kafka.consumer({
    groupId,
    maxWaitTimeInMs: 100,
    sessionTimeout,
    heartbeatInterval: 500,
    rebalanceTimeout: 30_000,
    partitionAssigners: [roundRobinAfter(beforeJoin)],
    retry: { ...retry, restartOnFailure: async () => true },
  });

/**
 * kafkajs tells that partitions were revoked only when it is too late to commit what was done with them. It does look
 * up the group's coordinator before each joining, through the cluster that it hands to the assigner: there we wait.
 */
function roundRobinAfter(beforeJoin: () => Promise<void>): PartitionAssigner {
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
