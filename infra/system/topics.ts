import { setTimeout as delay } from 'node:timers/promises';
import type { Admin } from 'kafkajs';
import { topics } from '../../functions/orders/topics.ts';
import type { Settings } from '../../functions/runtime/settings.ts';
import { Kafka, logLevel } from '../kafkajs.ts';

/** As many as a function can have invocations at a time in partition order. */
const partitions = 4;

/** Kafka answers when it has decided on a topic; its broker serves it some moments later: within these ms. */
const patience = 30_000;

async function withAdmin<T>({ kafkaBrokers }: Settings, work: (admin: Admin) => Promise<T>): Promise<T> {
  const kafka = new Kafka({ brokers: kafkaBrokers, clientId: 'despacho-topics', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  return work(admin).finally(() => admin.disconnect());
}

async function missingOf(admin: Admin, { namespace }: Settings): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  return topics.map((topic) => namespace + topic).filter((topic) => !there.has(topic));
}

/** @returns the topics of the order pipeline that Kafka does not have */
export const missingTopics = (settings: Settings): Promise<string[]> =>
  withAdmin(settings, (admin) => missingOf(admin, settings));

/** Makes the topics that are missing, and waits until they can be written. @returns how many were made */
export const createTopics = (settings: Settings): Promise<number> =>
  withAdmin(settings, async (admin) => {
    const missing = await missingOf(admin, settings);
    if (missing.length === 0) return 0;
    await admin.createTopics({
      waitForLeaders: false,
      // With ZooKeeper, on a busy machine, the usual 5 s are too few for so many.
      timeout: patience / 2,
      topics: missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: -1 })),
    });
    await Promise.all(missing.map((topic) => served(admin, topic)));
    return missing.length;
  });

/** Asks the leaders themselves. kafkajs' own `waitForLeaders` gives up on a topic that the broker does not know yet. */
async function served(admin: Admin, topic: string): Promise<void> {
  for (const deadline = Date.now() + patience; ; await delay(50)) {
    try {
      await admin.fetchTopicOffsets(topic);
      return;
    } catch (error) {
      if (Date.now() > deadline) throw error;
    }
  }
}
