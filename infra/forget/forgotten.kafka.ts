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

/** Resolves when Kafka keeps that these orders are forgotten; those of which it knows already are not told again. */
export async function noteForgotten(place: KafkaPlace, orderIds: readonly string[]): Promise<void> {
  const known = await forgottenOrders(place);
  const log = kafkaLog(place);
  const told = orderIds.filter((id) => !known.has(id)).map((orderId) => ({ orderId }));
  try {
    await log.publish(
      told.map((order) => ({ topic: forgottenTopic, key: order.orderId, value: JSON.stringify(order) })),
    );
  } finally {
    await log.close();
  }
}
