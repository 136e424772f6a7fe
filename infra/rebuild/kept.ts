import type { Sent } from '../../functions/notifications/ports.ts';
import { redisSent } from '../../functions/notifications/sent.redis.ts';
import { bullmqAlarms } from '../../functions/orders/alarms.bullmq.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import type { Alarms, Orders } from '../../functions/orders/ports.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { letGoUntil, noteLetGo } from './letGo.redis.ts';

/** Until when (ms since 1970) orders that have ended may be missing in good order. */
export interface LetGo {
  note(until: number): Promise<void>;
  /** 0 where nothing was let go of. */
  until(): Promise<number>;
}

/** What is held against the log, and restored from it. */
export type Kept = Readonly<{ orders: Orders; sent: Sent; alarms: Alarms; letGo: LetGo }>;

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
      letGo: { note: (until) => noteLetGo(redis, settings, until), until: () => letGoUntil(redis, settings) },
    });
  } finally {
    redis.disconnect();
    await alarms?.close();
  }
}
