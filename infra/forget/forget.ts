/**
 * Removes a customer from what can forget. Kafka cannot remove single records: what it keeps, and until when, is told.
 */

import type { Redis } from 'ioredis';
import { z } from 'zod';
import { splitLogin } from '../../functions/login.ts';
import { isFinal } from '../../functions/orders/lifecycle.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import { missingTopics } from '../../functions/orders/topics.kafka.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { Mistake, messageOf } from '../faults.ts';
import { forgetDocuments } from './documents.elasticsearch.ts';
import { noteForgotten } from './forgotten.kafka.ts';
import { type Kept, openInKafka, ordersInKafka, retentionOf } from './log.kafka.ts';
import { forgetOrders, ordersInRedis } from './orders.redis.ts';
import { underWay } from './underWay.kafka.ts';

/** How many orders, letters and documents were of the customer; `undone` says which engine could not be asked, and why. */
export type Forgotten = Readonly<{
  orders: number;
  letters: number;
  documents: number;
  kept: readonly Kept[];
  undone: readonly string[];
}>;

async function forgetLetters({ inboxUrl }: Settings, email: string): Promise<number> {
  const { base, headers } = splitLogin(inboxUrl);
  const url = `${base}/messages?${new URLSearchParams({ to: email })}`;
  const response = await fetch(url, { method: 'DELETE', headers });
  if (!response.ok) throw new Error(`${base} answers ${response.status}`);
  return z.object({ forgotten: z.number() }).parse(await response.json()).forgotten;
}

/** Those of the orders that have not ended: one that Redis does not know has long ago, has not begun, or never will. */
async function goingOn(redis: Redis, settings: Settings, ids: readonly string[]): Promise<Set<string>> {
  const known = await redisOrders(redis, settings).load(ids);
  const untold = known.every(Boolean) ? new Set<string>() : await openInKafka(settings);
  const goesOn = ids.filter((id, index) => {
    const order = known[index];
    return order ? !order.history.some(({ to }) => isFinal(to)) : untold.has(id);
  });
  return new Set(goesOn);
}

/**
 * @param email as an order holds it
 * @throws Mistake, before anything is removed, while an order of the customer is under way
 */
export async function forget(settings: Settings, email: string): Promise<Forgotten> {
  const missing = await missingTopics(settings);
  if (missing.length > 0) {
    throw new Mistake(
      'request',
      `Kafka has no ${missing[0]}: set KAFKA_BROKERS and DESPACHO_NAMESPACE as the system has them.`,
    );
  }
  const redis = connectRedis(settings);
  try {
    const told = await ordersInKafka(settings, email);
    const ids = [...new Set([...told.ids, ...(await ordersInRedis(redis, settings, email))])];
    // One whose record is to be delivered again would begin again, once Redis does not know it.
    const goesOn = await goingOn(redis, settings, ids);
    const open = ids.filter((id) => told.waiting.has(id) || goesOn.has(id));
    if (open.length > 0) {
      const list = open.join(', ');
      throw new Mistake(
        'request',
        `Of this customer ${open.length} orders are under way: ${list}. Wait, cancel them, or drop their dead letters (npm run dead).`,
      );
    }
    const undone: string[] = [];
    const or0 = async (engine: string, work: Promise<number>) =>
      work.catch((error) => {
        undone.push(`${engine}: ${messageOf(error)}`);
        return 0;
      });
    undone.push(...(await underWay(settings)));
    // First: what is removed before that is kept can be brought back.
    await noteForgotten(settings, ids);
    const documents = await or0('Elasticsearch', forgetDocuments(settings, ids));
    const letters = await or0('the inbox', forgetLetters(settings, email));
    const orders = await or0('Redis', forgetOrders(redis, settings, ids));
    return { orders, letters, documents, kept: await retentionOf(settings), undone };
  } finally {
    redis.disconnect();
  }
}
