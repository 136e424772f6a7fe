import { type Clock, systemClock } from '../../infra/clock.ts';
import { type CommonPorts, connectCommon } from '../metrics/connect.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import { once } from '../runtime/once.ts';
import { readSettings, type Settings } from '../settings.ts';
import { redisOrders } from './orders.redis.ts';
import type { Alarms, Orders, Tally } from './ports.ts';
import { redisTally } from './tally.redis.ts';

/** Everything that a transition can reach. */
export type OrderPorts = CommonPorts & Readonly<{ orders: Orders; alarms: Alarms; tally: Tally }>;

/** Ports on the real engines, each connected when it is first used. */
function connectOrders(settings: Settings, clock: Clock = systemClock): OrderPorts {
  const redis = once(() => connectRedis(settings));
  const orders = once(() => redisOrders(redis(), settings, clock, 'what it was brought up to'));
  const tally = once(() => redisTally(redis(), settings));
  const alarms = once(async () => (await import('./alarms.bullmq.ts')).bullmqAlarms(settings, clock));
  return {
    ...connectCommon(settings, clock),
    orders: {
      load: (ids) => orders().load(ids),
      advance: (advances) => orders().advance(advances),
      remind: (progress) => orders().remind(progress),
    },
    alarms: {
      set: async (slots) => {
        if (slots.length > 0) await (await alarms()).set(slots);
      },
    },
    tally: { count: (placed, now) => tally().count(placed, now) },
  };
}

/** The transitions' ports of this process or worker, from its environment. */
export const orderPorts = once(() => connectOrders(readSettings()));
