/** The Kafka client of all code here: kafkajs 2.2.4, with what `kafkajs/` mends in it. */
import { sleep, systemClock } from '../clock.ts';
import './codecs.ts';
import './connection.ts';
import './fetch.ts';
import './offsets.ts';
import './produce.ts';
import './requestQueue.ts';
import './send.ts';
import './stop.ts';
import { type Admin, type ITopicConfig, Kafka, logLevel } from 'kafkajs';

export { whereGone } from './goneTopics.ts';
export { groupedAtOnce } from './grouping.ts';
export { PartitionReader } from './partitionReader.ts';
export { Kafka, logLevel };

/** A new topic is served within these ms, also on a busy machine. */
const patience = 30_000;

/**
 * Makes topics and waits until they can be written and read. kafkajs can wait itself, but gives up where the broker
 * that it asks has not heard of a topic yet.
 * @throws when there is such a topic already, or the broker does not serve them in time
 */
export async function createServedTopics(admin: Admin, topics: ITopicConfig[]): Promise<void> {
  // With ZooKeeper, on a busy machine, the usual 5 s are too few for many.
  await admin.createTopics({ topics, waitForLeaders: false, timeout: patience / 2 });
  await servedTopics(
    admin,
    topics.map(({ topic }) => topic),
  );
}

/** Whether making topics failed for nothing but that they are there already. */
export function areThere(error: unknown): boolean {
  // kafkajs tells several at once in one, and its classes are no names that a module can import.
  const errors = error instanceof Error && 'errors' in error && Array.isArray(error.errors) ? error.errors : [error];
  return errors.every((one) => one instanceof Error && 'type' in one && one.type === 'TOPIC_ALREADY_EXISTS');
}

/** Waits until topics, whoever makes them, can be written and read. @throws when they cannot in time */
export async function servedTopics(admin: Admin, names: readonly string[]): Promise<void> {
  const deadline = systemClock.monotonic() + patience;
  await Promise.all(names.map((name) => served(admin, name, deadline)));
}

/** Asks the leaders themselves. */
async function served(admin: Admin, topic: string, deadline: number): Promise<void> {
  for (;;) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (systemClock.monotonic() > deadline) throw error;
    }
    await sleep(systemClock, 50);
  }
}
