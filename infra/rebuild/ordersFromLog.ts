import { eventSchema, type Order, orderSchema, type Step } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { readTopics, type TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { readJson } from '../json.ts';
import { missingSteps } from './missingSteps.ts';
import type { Strange } from './strange.ts';

/** An order as the log tells it. */
export type ToldOrder = Readonly<{ order: Order; history: Step[] }>;

/** What the log tells, and what it does not: a sentence for each order that cannot be restored as it was. */
type Told = Readonly<{ orders: ToldOrder[]; faults: string[] }>;

/** These orders, and no others, out of the log's records, in whatever order they come. An event's repeats do not matter. */
export class OrdersFromLog {
  readonly #ids: ReadonlySet<string>;
  readonly #placed = new Map<string, Order>();
  readonly #steps = new Map<string, Map<number, Step>>();

  constructor(ids: ReadonlySet<string>) {
    this.#ids = ids;
  }

  /** @returns false for what is not what its topic holds */
  take({ topic, value }: Pick<TopicRecord, 'topic' | 'value'>): boolean {
    const json = readJson(value);
    return topic === eventsTopic ? this.#event(json) : this.#order(json);
  }

  /** The first record of an order is the one that counted. */
  #order(json: unknown): boolean {
    const { data, success } = orderSchema.safeParse(json);
    if (data && this.#ids.has(data.orderId) && !this.#placed.has(data.orderId)) this.#placed.set(data.orderId, data);
    return success;
  }

  #event(json: unknown): boolean {
    const { data, success } = eventSchema.safeParse(json);
    if (!data || !this.#ids.has(data.orderId)) return success;
    const { orderId, ...step } = data;
    const known = this.#steps.get(orderId) ?? new Map<number, Step>();
    this.#steps.set(orderId, known.set(step.version, step));
    return success;
  }

  told(): Told {
    const orders: ToldOrder[] = [];
    const faults: string[] = [];
    for (const [orderId, byVersion] of this.#steps) {
      const order = this.#placed.get(orderId);
      if (!order) {
        faults.push(`order ${orderId}: its record is not in ${commandTopic('process')} any more`);
        continue;
      }
      const { history, lost } = wholeHistory(order, [...byVersion.values()]);
      if (lost.length > 0) {
        faults.push(
          `order ${orderId}: its step ${history.length + 1} is not in ${eventsTopic}, but ${lost.join(', ')}`,
        );
      }
      if (history.length > 0) orders.push({ order, history });
    }
    return { orders, faults };
  }
}

/** @returns the history as far as it can be told, and the versions after that */
function wholeHistory(order: Order, told: readonly Step[]): { history: Step[]; lost: number[] } {
  const steps = told.toSorted((a, b) => a.version - b.version);
  const history: Step[] = [];
  for (const [index, step] of steps.entries()) {
    const between = missingSteps(order, history.at(-1), step);
    if (!between) return { history, lost: steps.slice(index).map(({ version }) => version) };
    history.push(...between, step);
  }
  return { history, lost: [] };
}

/** These orders, from Kafka alone, if they have moved. @param strange is told of others' records */
export async function readOrders(settings: Settings, ids: ReadonlySet<string>, strange: Strange): Promise<Told> {
  const orders = new OrdersFromLog(ids);
  const sources = [commandTopic('process'), eventsTopic].map((topic) => ({ topic }));
  await readTopics(settings, sources, (record) => {
    if (!orders.take(record)) strange.note(record);
  });
  return orders.told();
}
