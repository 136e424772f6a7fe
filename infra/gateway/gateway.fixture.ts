/** A gateway on the real engines for a test, with topics and keys of its own that `end` removes. */
import { randomBytes } from 'node:crypto';
import { EventEmitter, once } from 'node:events';
import { credentials } from '@grpc/grpc-js';
import type { Admin } from 'kafkajs';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import type { Event, Order, Step } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { readSettings, type Settings } from '../../functions/settings.ts';
import { OrderServiceClient } from '../../proto/gen/despacho/orders/v1/orders.ts';
import { accessVariables } from '../access/ownEngines.ts';
import { connectKafka } from '../kafkajs/kafkaClient.ts';
import { createServedTopics, type Kafka } from '../kafkajs/kafkajs.ts';
import { startGateway } from './server.ts';

export type Stored = Readonly<{ key: string; value: unknown; partition: number }>;

/** @param environment settings other than the defaults @param listen where */
export async function startTrial(environment: Record<string, string> = {}, listen = '127.0.0.1:0') {
  const settings = readSettings({
    ...Object.fromEntries(accessVariables.map((name) => [name, process.env[name]])),
    KAFKA_PORT: process.env.KAFKA_PORT,
    REDIS_PORT: process.env.REDIS_PORT,
    DESPACHO_NAMESPACE: `gateway-${randomBytes(4).toString('hex')}.`,
    ...environment,
  });
  const kafka = connectKafka(settings, 'despacho-test', 'waits');
  const admin = kafka.admin();
  await admin.connect();
  const topics = [commandTopic('process'), commandTopic('cancel'), eventsTopic].map(
    (name) => settings.namespace + name,
  );
  await createServedTopics(
    admin,
    topics.map((topic) => ({ topic, numPartitions: 4 })),
  );
  const lines: string[] = [];
  const spoken = new EventEmitter();
  const log = (line: string) => {
    lines.push(line);
    spoken.emit('line', line);
  };
  const gateway = await startGateway({ settings, address: listen, log });
  const address = `127.0.0.1:${gateway.port}`;
  const client = new OrderServiceClient(address, credentials.createInsecure());
  const shop = openShop(kafka, settings);
  return {
    settings,
    gateway,
    address,
    client,
    admin,
    kafka,
    lines,
    /** Resolves when a line of the log is such. */
    async said(line: RegExp): Promise<void> {
      while (!lines.some((one) => line.test(one))) await once(spoken, 'line');
    },
    shop,
    stored: (topic: string) => readTopic(kafka, admin, settings.namespace + topic),
    async end() {
      client.close();
      await gateway.drain(2000);
      await shop.close();
      await admin.deleteTopics({ topics });
      await admin.disconnect();
    },
  };
}

/** Stands in for the functions: moves orders by writing their state and publishing the event, in that order. */
function openShop(kafka: Kafka, settings: Settings) {
  const redis = connectRedis(settings);
  const orders = redisOrders(redis, settings);
  const producer = kafka.producer();
  const publish = async (topic: string, events: readonly Event[]) => {
    await producer.connect();
    const messages = events.map((event) => ({ key: event.orderId, value: JSON.stringify(event) }));
    await producer.send({ topic: settings.namespace + topic, messages });
  };
  return {
    orders,
    write: (order: Order, history: readonly Step[], known: number) => orders.advance([{ order, known, history }]),
    tell: (order: Order, steps: readonly Step[]) =>
      publish(
        eventsTopic,
        steps.map((step) => ({ ...step, orderId: order.orderId })),
      ),
    async close() {
      await producer.disconnect();
      const keys = await redis.keys(`${settings.namespace}*`);
      if (keys.length > 0) await redis.del(keys);
      redis.disconnect();
    },
  };
}

/** Every record of a topic at this moment, with its value read as JSON. */
async function readTopic(kafka: Kafka, admin: Admin, topic: string): Promise<Stored[]> {
  const ends = await admin.fetchTopicOffsets(topic);
  let missing = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
  const records: Stored[] = [];
  if (missing === 0) return records;
  const groupId = `${topic}-reader-${randomBytes(4).toString('hex')}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.subscribe({ topic, fromBeginning: true });
  const { promise: all, resolve } = Promise.withResolvers<void>();
  await consumer.run({
    autoCommit: false,
    eachMessage: async ({ partition, message: { key, value } }) => {
      records.push({ key: String(key), value: JSON.parse(String(value)), partition });
      missing--;
      if (missing === 0) resolve();
    },
  });
  await all;
  await consumer.disconnect();
  await admin.deleteGroups([groupId]);
  return records;
}
