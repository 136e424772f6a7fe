import { type Event, eventSchema } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { readRanges } from '../../functions/runtime/ranges.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../clock.ts';
import { forgottenOrders } from '../forget/forgotten.kafka.ts';
import { readJson } from '../json.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';
import { isKept } from './isKept.ts';
import type { Kept } from './kept.ts';

/** Of each partition. What a Redis forgets (a power cut, an old copy, a failover) is what it was told last: these tell. */
const looked = 200;

/**
 * How many of the orders that the log tells of last are further there than in Redis, which is always told first, of those that
 * it is to have.
 */
export async function ordersBehind(settings: Settings, { orders }: Kept): Promise<number> {
  const last = await lastEvents(settings);
  const known = await orders.load(last.map(({ orderId }) => orderId));
  const forgotten = await forgottenOrders(settings);
  return last.filter((event, index) => {
    const steps = known[index]?.history.length ?? 0;
    const lacked = { orderId: event.orderId, last: event, known: steps };
    return steps < event.version && isKept(lacked, settings, forgotten, systemClock);
  }).length;
}

/** Of each order that has moved lately. */
async function lastEvents(settings: Settings): Promise<Event[]> {
  const topic = settings.namespace + eventsTopic;
  const ends = await withAdmin(connectKafka(settings, 'despacho-start', 'answersSoon'), (admin) =>
    admin.fetchTopicOffsets(topic),
  );
  const ranges = ends.map(({ partition, low, high }) => {
    return { topic, partition, from: Math.max(Number(low), Number(high) - looked), to: Number(high) };
  });
  const last = new Map<string, Event>();
  await readRanges(settings, ranges, ({ value }) => {
    const { data } = eventSchema.safeParse(readJson(value));
    if (data && data.version > (last.get(data.orderId)?.version ?? 0)) last.set(data.orderId, data);
  });
  return [...last.values()];
}
