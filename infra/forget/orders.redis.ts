import type { Redis } from 'ioredis';
import { orderKeys } from '../../functions/orders/keys.redis.ts';
import type { Settings } from '../../functions/settings.ts';

type Place = Pick<Settings, 'namespace'>;

/** Ids of the customer's orders; the rest of Redis holds nothing of a person. */
export async function ordersInRedis(redis: Redis, { namespace }: Place, email: string): Promise<string[]> {
  const { order: key } = orderKeys(namespace);
  const found: string[] = [];
  for await (const keys of redis.scanStream({ match: key('*'), count: 1000, type: 'hash' })) {
    const orders = await Promise.all((keys as string[]).map((name) => redis.hget(name, 'order')));
    for (const text of orders) {
      const order = text ? JSON.parse(text) : undefined;
      if (order?.email.toLowerCase() === email.toLowerCase()) found.push(order.orderId);
    }
  }
  return found;
}

/** @param ids of orders that have come to their end @returns how many were there */
export async function forgetOrders(redis: Redis, { namespace }: Place, ids: readonly string[]): Promise<number> {
  const { order: key } = orderKeys(namespace);
  const removed = await Promise.all(ids.map((id) => redis.unlink(key(id))));
  return removed.reduce((sum, one) => sum + one, 0);
}
