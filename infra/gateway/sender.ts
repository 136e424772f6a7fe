import type { Producer } from 'kafkajs';
import { keyPartitioner } from '../../functions/runtime/partitioner.ts';
import type { LogRecord } from '../../functions/runtime/ports.ts';
import { byTopic } from '../../functions/runtime/topicMessages.ts';
import type { Settings } from '../../functions/settings.ts';
import { connectKafka } from '../kafkajs/kafkaClient.ts';

/** Puts batches into Kafka, one at a time. */
export interface Sender {
  /**
   * Makes one try, of a few seconds at most; resolves when all in-sync replicas have every record.
   * After a failure the very same batch may be sent again and is stored once, but another batch may not:
   * `reset` comes first.
   */
  send(records: readonly LogRecord[]): Promise<void>;
  /** Gives up the batch that failed last. */
  reset(): void;
  close(): Promise<void>;
}

/** A sender with acks from all in-sync replicas and an idempotent producer. */
export function kafkaSender(settings: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>): Sender {
  const kafka = connectKafka(settings, 'despacho-gateway', 'once');
  let producer: Producer | undefined;
  return {
    async send(records) {
      producer ??= kafka.producer({ idempotent: true, createPartitioner: keyPartitioner });
      await producer.connect();
      await producer.sendBatch({ acks: -1, topicMessages: byTopic(records, settings.namespace) });
    },
    reset() {
      // kafkajs numbers the next batch like the failed one. Kafka, where it did store the failed one, would take
      // the next for its repeat and acknowledge records that it never wrote: only a new producer is safe.
      producer?.disconnect().catch(() => undefined);
      producer = undefined;
    },
    async close() {
      await producer?.disconnect();
    },
  };
}
