import type { Redis } from 'ioredis';
import { bullmqAlarms } from './alarms.bullmq.ts';
import { connectRedis } from './connection.redis.ts';
import { elasticsearchDocuments } from './documents.elasticsearch.ts';
import { kafkaLog } from './log.kafka.ts';
import { redisOrders } from './orders.redis.ts';
import type { Alarms, Clock, Documents, Log, Orders, Post, Sent, Tally } from './ports.ts';
import { smtpPost } from './post.smtp.ts';
import { redisSent } from './sent.redis.ts';
import { readSettings, type Settings } from './settings.ts';
import { redisTally } from './tally.redis.ts';

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

/** Ports on the real engines. Getters, so that a function opens no connection that it never uses. */
export function connectPorts(settings: Settings): Ports {
  const redis = once((): Redis => connectRedis(settings));
  const orders = once(() => redisOrders(redis(), settings));
  const alarms = once(() => bullmqAlarms(settings));
  const log = once(() => kafkaLog(settings));
  const documents = once(() => elasticsearchDocuments(settings));
  const post = once(() => smtpPost(settings));
  const sent = once(() => redisSent(redis(), settings));
  const tally = once(() => redisTally(redis(), settings));
  return {
    settings,
    clock: Date.now,
    get orders() {
      return orders();
    },
    get alarms() {
      return alarms();
    },
    get log() {
      return log();
    },
    get documents() {
      return documents();
    },
    get post() {
      return post();
    },
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
