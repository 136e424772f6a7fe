/** The latest orders, for those who do not know an order's id by heart. */
import type { Admin } from 'kafkajs';
import { readJson } from '../../infra/json.ts';
import { type Order, orderSchema } from '../orders/records.ts';
import { commandTopic } from '../orders/topics.ts';
import { readRanges } from '../runtime/ranges.kafka.ts';
import type { Settings } from '../settings.ts';

/** Orders of each partition that are looked through. */
const mostSearched = 5000;
const mostShown = 30;

/** What a list of orders shows. Times are ms since 1970. */
export type Listed = Pick<Order, 'orderId' | 'placedAt' | 'product' | 'price' | 'region' | 'email' | 'run'>;

const searched: (keyof Order)[] = [
  'orderId',
  'product',
  'region',
  'email',
  'run',
  'bank',
  'gateway',
  'cardBrand',
  'address',
];

/** The newest orders, newest first; with `words`, those of the last thousands that hold all of them somewhere. */
export async function latestOrders(admin: Admin, settings: Settings, words: string): Promise<Listed[]> {
  const topic = settings.namespace + commandTopic('process');
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const back = wanted.length > 0 ? mostSearched : mostShown;
  const ranges = (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => {
    return { topic, partition, from: Math.max(Number(low), Number(high) - back), to: Number(high) };
  });
  const found: Listed[] = [];
  await readRanges(settings, ranges, ({ value }) => {
    const order = orderSchema.safeParse(readJson(value)).data;
    if (!order || !wanted.every((word) => textOf(order).includes(word))) return;
    const { orderId, placedAt, product, price, region, email, run } = order;
    found.push({ orderId, placedAt, product, price, region, email, run });
  });
  return found.sort((a, b) => b.placedAt - a.placedAt).slice(0, mostShown);
}

const textOf = (order: Order): string =>
  searched
    .map((field) => order[field])
    .join(' ')
    .toLowerCase();
