import { type Event, eventSchema, type Order, orderSchema, type Step } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { readJson, readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';

/** An order as the log tells it. `mailed`: versions whose event the function that sends the e-mails has done. */
export type ToldOrder = { order: Order; history: Step[]; mailed: number[] };

/** Every order that has moved, from Kafka alone. What an event's repeats and their order in the log are does not matter. */
export async function readOrders(settings: Settings): Promise<ToldOrder[]> {
  const placed = new Map<string, Order>();
  const steps = new Map<string, Map<number, Step>>();
  const mailed = new Map<string, Set<number>>();
  const sources = [{ topic: commandTopic('process') }, { topic: eventsTopic, group: 'notify' }];
  await readTopics(settings, sources, ({ topic, value, waiting }) => {
    if (topic !== eventsTopic) {
      const order = orderSchema.safeParse(readJson(value));
      // The first record of an order is the one that counted; what fits no schema never became an order.
      if (order.success && !placed.has(order.data.orderId)) placed.set(order.data.orderId, order.data);
      return;
    }
    const event = eventSchema.safeParse(readJson(value));
    if (!event.success) return;
    const { orderId, ...step } = event.data satisfies Event;
    of(steps, orderId, () => new Map<number, Step>()).set(step.version, step);
    if (!waiting) of(mailed, orderId, () => new Set<number>()).add(step.version);
  });
  return [...steps].flatMap(([orderId, byVersion]) => {
    const order = placed.get(orderId);
    if (!order) return [];
    const history = [...byVersion.values()].sort((a, b) => a.version - b.version);
    return [{ order, history: untilGap(history), mailed: [...(mailed.get(orderId) ?? [])] }];
  });
}

/** A step whose event is still to come (its record is delivered again) ends what can be told for now. */
const untilGap = (history: Step[]): Step[] => history.filter((step, index) => step.version === index + 1);

function of<V>(map: Map<string, V>, key: string, make: () => V): V {
  const value = map.get(key) ?? make();
  map.set(key, value);
  return value;
}
