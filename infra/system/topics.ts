import { Kafka, logLevel } from 'kafkajs';
import { topics } from '../../functions/orders/topics.ts';
import type { Settings } from '../../functions/runtime/settings.ts';

/** As many as a function can have invocations at a time in partition order. */
const partitions = 4;

/** Makes the topics that are missing. @returns how many were made */
export async function createTopics({ kafkaBrokers, namespace }: Settings): Promise<number> {
  const kafka = new Kafka({ brokers: kafkaBrokers, clientId: 'despacho-topics', logLevel: logLevel.ERROR });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const there = new Set(await admin.listTopics());
    const missing = topics.map((topic) => namespace + topic).filter((topic) => !there.has(topic));
    if (missing.length === 0) return 0;
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({ topic, numPartitions: partitions, replicationFactor: -1 })),
    });
    return missing.length;
  } finally {
    await admin.disconnect();
  }
}
