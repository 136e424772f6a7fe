import { systemClock } from '../../infra/clock.ts';
import { type CommonPorts, connectCommon } from '../metrics/connect.ts';
import { redisOrders } from '../orders/orders.redis.ts';
import type { Orders } from '../orders/ports.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import { once } from '../runtime/once.ts';
import { readSettings, type Settings } from '../settings.ts';
import type { Post, Sent } from './ports.ts';
import { redisSent } from './sent.redis.ts';

/** Everything that `notify` can reach: it reads orders, and can move none. */
export type NotifyPorts = CommonPorts & Readonly<{ orders: Pick<Orders, 'load'>; post: Post; sent: Sent }>;

/** Ports on the real engines, each connected when it is first used. */
function connectNotify(settings: Settings): NotifyPorts {
  // Both at once: ioredis' open pipeline knows no script that was defined after it was opened.
  const kept = once(() => {
    const redis = connectRedis(settings);
    const asks = 'what it was brought up to';
    return { orders: redisOrders(redis, settings, systemClock, asks), sent: redisSent(redis, settings, asks) };
  });
  const post = once(async () => (await import('./post.smtp.ts')).smtpPost(settings));
  return {
    ...connectCommon(settings),
    orders: { load: (ids) => kept().orders.load(ids) },
    post: { send: async (letter) => (await post()).send(letter) },
    sent: { check: (steps) => kept().sent.check(steps), mark: (step, at) => kept().sent.mark(step, at) },
  };
}

/** `notify`'s ports of this process or worker, from its environment. */
export const notifyPorts = once(() => connectNotify(readSettings()));
