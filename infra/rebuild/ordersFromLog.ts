import { documentSchema } from '../../functions/metrics/document.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { eventSchema, type Order, orderSchema, type Step, stepId } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { readTopics, type TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { readJson } from '../json.ts';
import { missingSteps } from './missingSteps.ts';

/** An order as the log tells it. `mailed`: by version, when the mail server took its e-mail (ms since 1970). */
export type ToldOrder = Readonly<{ order: Order; history: Step[]; mailed: ReadonlyMap<number, number> }>;

/** What the log tells, and what it does not: a sentence for each order that cannot be restored as it was. */
export type Told = Readonly<{ orders: ToldOrder[]; faults: string[]; passedOver: string[] }>;

/** The orders out of the log's records, in whatever order they come. An event's repeats do not matter. */
export class OrdersFromLog {
  readonly #placed = new Map<string, Order>();
  readonly #steps = new Map<string, Map<number, Step>>();
  readonly #sentAt = new Map<string, number>();
  readonly #passedOver: string[] = [];

  take(record: Pick<TopicRecord, 'topic' | 'partition' | 'offset' | 'value'>): void {
    const { topic, partition, offset, value } = record;
    const json = readJson(value);
    const taken =
      topic === documentsTopic ? this.#document(json) : topic === eventsTopic ? this.#event(json) : this.#order(json);
    if (!taken) this.#passedOver.push(`${topic}-${partition}@${offset} is not what its topic holds`);
  }

  /** The first record of an order is the one that counted. */
  #order(json: unknown): boolean {
    const { data, success } = orderSchema.safeParse(json);
    if (data && !this.#placed.has(data.orderId)) this.#placed.set(data.orderId, data);
    return success;
  }

  #event(json: unknown): boolean {
    const { data, success } = eventSchema.safeParse(json);
    if (!data) return success;
    const { orderId, ...step } = data;
    const known = this.#steps.get(orderId) ?? new Map<number, Step>();
    this.#steps.set(orderId, known.set(step.version, step));
    return success;
  }

  /** Only the document of an e-mail says that it went out: that its event was dealt with can mean that it was given up. */
  #document(json: unknown): boolean {
    const { data, success } = documentSchema.safeParse(json);
    if (data?.index !== 'despacho-emails' || data.body['event.outcome'] !== 'success') return success;
    this.#sentAt.set(data.id, Date.parse(String(data.body['@timestamp'])));
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
      if (history.length > 0) orders.push({ order, history, mailed: this.#mailed(orderId, history) });
    }
    return { orders, faults, passedOver: this.#passedOver };
  }

  #mailed(orderId: string, history: readonly Step[]): Map<number, number> {
    const found = history.flatMap(({ version }) => {
      const at = this.#sentAt.get(stepId(orderId, version));
      return at === undefined ? [] : [[version, at] as const];
    });
    return new Map(found);
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

/** Every order that has moved, from Kafka alone. */
export async function readOrders(settings: Settings): Promise<Told> {
  const orders = new OrdersFromLog();
  const sources = [commandTopic('process'), eventsTopic, documentsTopic].map((topic) => ({ topic }));
  await readTopics(settings, sources, (record) => orders.take(record));
  return orders.told();
}
