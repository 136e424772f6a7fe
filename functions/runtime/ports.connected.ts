import type { Redis } from 'ioredis';
import { redisSent } from '../notifications/sent.redis.ts';
import { redisOrders } from '../orders/orders.redis.ts';
import { redisTally } from '../orders/tally.redis.ts';
import { readSettings, type Settings } from '../settings.ts';
import { connectRedis } from './connection.redis.ts';
import { kafkaLog } from './log.kafka.ts';
import type { Alarms, Clock, Documents, Log, Orders, Post, Sent, Tally } from './ports.ts';

/** Everything that a function can reach, each connected when it is first used. */
export type Ports = Readonly<{
  settings: Settings;
  clock: Clock;
  orders: Orders;
  alarms: Alarms;
  log: Log;
  documents: Documents;
  post: Post;
  sent: Sent;
  tally: Tally;
}>;

function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}

/** Ports on the real engines. A function opens no connection that it never uses, and does not load the larger clients. */
export function connectPorts(settings: Settings): Ports {
  const redis = once((): Redis => connectRedis(settings));
  const orders = once(() => redisOrders(redis(), settings));
  const log = once(() => kafkaLog(settings));
  const sent = once(() => redisSent(redis(), settings));
  const tally = once(() => redisTally(redis(), settings));
  const alarms = once(async () => (await import('../orders/alarms.bullmq.ts')).bullmqAlarms(settings));
  const documents = once(async () =>
    (await import('../metrics/documents.elasticsearch.ts')).elasticsearchDocuments(settings),
  );
  const post = once(async () => (await import('../notifications/post.smtp.ts')).smtpPost(settings));
  return {
    settings,
    clock: Date.now,
    get orders() {
      return orders();
    },
    alarms: {
      set: async (slots) => {
        if (slots.length > 0) await (await alarms()).set(slots);
      },
    },
    get log() {
      return log();
    },
    documents: { create: async (all) => (await documents()).create(all) },
    post: { send: async (letter) => (await post()).send(letter) },
    get sent() {
      return sent();
    },
    get tally() {
      return tally();
    },
  };
}

/** The ports of this process or worker, from its environment. */
export const portsFromEnvironment = once(() => connectPorts(readSettings()));
