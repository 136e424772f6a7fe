import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import { keyPartitioner } from './partitioner.ts';
import type { Log } from './ports.ts';
import type { KafkaPlace } from './ranges.kafka.ts';
import { byTopic } from './topicMessages.ts';

/**
 * Publishes with acks from all in-sync replicas. A send that is retried may store a record twice, which every reader
 * of these topics allows for: that is simpler than an idempotent producer, which some errors make unusable for ever.
 */
export function kafkaLog(settings: KafkaPlace): Log & { close(): Promise<void> } {
  const kafka = connectKafka(settings, 'despacho-function', 'waits');
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
