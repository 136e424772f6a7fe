import { forgottenTopic } from '../../functions/orders/topics.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import type { KafkaPlace } from '../../functions/runtime/ranges.kafka.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';

/** Ids of the orders whose customers were removed: the log keeps their records, and nothing is to bring them back. */
export async function forgottenOrders(place: KafkaPlace): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  await readTopics(place, [{ topic: forgottenTopic }], ({ key }) => void ids.add(key));
  return ids;
}

/** Resolves when Kafka keeps that these orders are forgotten. One that is told again is forgotten all the same. */
export async function noteForgotten(place: KafkaPlace, orderIds: readonly string[]): Promise<void> {
  const log = kafkaLog(place);
  try {
    await log.publish(
      orderIds.map((orderId) => ({ topic: forgottenTopic, key: orderId, value: JSON.stringify({ orderId }) })),
    );
  } finally {
    await log.close();
  }
}
