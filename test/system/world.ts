/** The engines through the functions' own adapters, for tests that put things there themselves. */

import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import { smtpPost } from '../../functions/notifications/post.smtp.ts';
import { bullmqAlarms } from '../../functions/orders/alarms.bullmq.ts';
import { redisDueTimes } from '../../functions/orders/dueTimes.redis.ts';
import { alarmQueue } from '../../functions/orders/keys.redis.ts';
import { sampleOrder } from '../../functions/orders/order.fixture.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import type { Order } from '../../functions/orders/records.ts';
import { createTopics } from '../../functions/orders/topics.kafka.ts';
import { commandTopic } from '../../functions/orders/topics.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { putTemplates } from '../../infra/kibana/templates.ts';
import { redisCaughtUp } from '../../infra/rebuild/caughtUp.redis.ts';

export type World = Awaited<ReturnType<typeof openWorld>>;

/** Makes the topics and indices too, and finds Redis brought up to the log, as a system that ran before leaves it. */
export async function openWorld(settings: Settings) {
  await createTopics(settings);
  const client = connectElasticsearch(settings);
  await putTemplates(client, settings.namespace).finally(() => client.close());
  const redis = connectRedis(settings);
  const caughtUp = redisCaughtUp(redis, settings);
  await caughtUp.set((await caughtUp.begin()).run);
  const log = kafkaLog(settings);
  const documents = elasticsearchDocuments(settings);
  const post = smtpPost(settings);
  const alarms = bullmqAlarms(settings);
  return {
    log,
    documents,
    post,
    alarms,
    orders: redisOrders(redis, settings),
    dueTimes: redisDueTimes(redis, settings),
    /** An order as the gateway makes it, a minute ago. */
    order(orderId: string, run: string, clock = 1): Order {
      const placedAt = Date.now() - 60_000;
      return sampleOrder({ orderId, placedAt, estimatedAt: placedAt + 15_000, run, clock });
    },
    place: (order: Order) =>
      log.publish([{ topic: commandTopic('process'), key: order.orderId, value: JSON.stringify(order) }]),
    /** As if Redis had lost BullMQ's jobs. */
    async forgetAlarms() {
      const { name, prefix } = alarmQueue(settings.namespace);
      const keys = await redis.keys(`${prefix}:${name}:*`);
      if (keys.length > 0) await redis.del(keys);
    },
    async close() {
      post.close();
      await Promise.all([redis.quit(), log.close(), documents.close(), alarms.close()]);
    },
  };
}
