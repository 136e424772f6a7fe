import { Kafka, logLevel } from '../../infra/kafkajs/kafkajs.ts';
import { keyPartitioner } from './partitioner.ts';
import type { Log } from './ports.ts';
import type { KafkaPlace } from './ranges.kafka.ts';
import { byTopic } from './topicMessages.ts';

/**
 * Publishes with acks from all in-sync replicas. A send that is retried may store a record twice, which every reader
 * of these topics allows for: that is simpler than an idempotent producer, which some errors make unusable for ever.
 */
export function kafkaLog(settings: KafkaPlace): Log & { close(): Promise<void> } {
  const kafka = new Kafka({
    brokers: settings.kafkaBrokers,
    clientId: 'despacho-function',
    // What goes wrong for good is thrown, and told by the caller; what a retry mends needs no line.
    logLevel: logLevel.NOTHING,
    // A broker that was killed is back after about 7 s; the caller's own time-out bounds the wait.
    retry: { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 },
  });
  const producer = kafka.producer({ createPartitioner: keyPartitioner });
  let connecting: Promise<void> | undefined;
  const connect = () => {
    connecting ??= producer.connect().catch((error) => {
      connecting = undefined;
      throw error;
    });
    return connecting;
  };
  return {
    async publish(records) {
      if (records.length === 0) return;
      await connect();
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(records, settings.namespace) });
    },
    close: () => producer.disconnect(),
  };
}
