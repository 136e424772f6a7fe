import type { Admin } from 'kafkajs';
import { topics } from '../../functions/orders/topics.ts';
import type { Settings } from '../../functions/settings.ts';
import { createServedTopics, Kafka, logLevel } from '../kafkajs/kafkajs.ts';

/** As many as a function can have invocations at a time in partition order. */
const partitions = 4;

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
    await createServedTopics(
      admin,
      missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: -1 })),
    );
    return missing.length;
  });
