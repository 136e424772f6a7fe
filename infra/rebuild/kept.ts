import type { Sent } from '../../functions/notifications/ports.ts';
import { redisSent } from '../../functions/notifications/sent.redis.ts';
import { bullmqAlarms } from '../../functions/orders/alarms.bullmq.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import type { Alarms, Orders } from '../../functions/orders/ports.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { type CaughtUp, redisCaughtUp } from './caughtUp.redis.ts';

/** What is held against the log, and restored from it. */
export type Kept = Readonly<{ orders: Orders; sent: Sent; alarms: Alarms; caughtUp: CaughtUp }>;

/** Does `work` with what this system's Redis keeps. */
export async function withKept<T>(settings: Settings, work: (kept: Kept) => Promise<T>): Promise<T> {
  const redis = connectRedis(settings);
  let alarms: ReturnType<typeof bullmqAlarms> | undefined;
  const set: Alarms['set'] = (slots) => {
    alarms ??= bullmqAlarms(settings);
    return alarms.set(slots);
  };
  try {
    return await work({
      orders: redisOrders(redis, settings),
      sent: redisSent(redis, settings),
      alarms: { set },
      caughtUp: redisCaughtUp(redis, settings),
    });
  } finally {
    redis.disconnect();
    await alarms?.close();
  }
}
