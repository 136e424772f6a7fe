import type { Orders } from '../../functions/orders/ports.ts';
import { type Event, eventSchema } from '../../functions/orders/records.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../clock.ts';
import { readJson } from '../json.ts';
import { isKept } from './isKept.ts';
import type { Strange } from './strange.ts';

/**
 * The ids of the orders of which the log tells more than Redis knows, of those that it is to have. However long the log is, no
 * more of it is held than so many orders' last events, and these ids.
 * @param most orders that are looked up at a time @param strange is told of others' records
 */
export async function lackingOrders(
  settings: Settings,
  orders: Pick<Orders, 'load'>,
  forgotten: ReadonlySet<string>,
  { most, strange }: Readonly<{ most: number; strange: Strange }>,
): Promise<string[]> {
  /** And how far the log tells of them. */
  const lacking = new Map<string, number>();
  let last = new Map<string, Event>();
  const look = async (): Promise<void> => {
    const looked = [...last.values()];
    last = new Map();
    const known = await orders.load(looked.map(({ orderId }) => orderId));
    for (const [index, event] of looked.entries()) {
      const { orderId, version } = event;
      const steps = known[index]?.history.length ?? 0;
      if (version < (lacking.get(orderId) ?? 0)) continue;
      // What was under way at an earlier look may have come to its end since.
      if (steps < version && isKept({ orderId, last: event, known: steps }, settings, forgotten, systemClock)) {
        lacking.set(orderId, version);
      } else lacking.delete(orderId);
    }
  };
  await readTopics(settings, [{ topic: eventsTopic }], (record) => {
    const { data } = eventSchema.safeParse(readJson(record.value));
    if (!data) return strange.note(record);
    if ((last.get(data.orderId)?.version ?? 0) > data.version) return;
    last.set(data.orderId, data);
    return last.size < most ? undefined : look();
  });
  await look();
  return [...lacking.keys()];
}
