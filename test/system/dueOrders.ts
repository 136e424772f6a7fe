/** A trial with orders whose steps fall due, for tests of who fires them. */
import { randomUUID } from 'node:crypto';
import { allDue } from '../../functions/orders/dueTimes.redis.ts';
import type { Order, Step } from '../../functions/orders/records.ts';
import { commandTopic } from '../../functions/orders/topics.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import { readJson } from '../../infra/json.ts';
import { openTrial } from './trial.ts';
import { openWorld } from './world.ts';

type FiredCommand = Readonly<{ orderId: string; version: number; due: Readonly<{ at: number; firedAt: number }> }>;

export type DueOrders = Awaited<ReturnType<typeof openDueOrders>>;

export async function openDueOrders() {
  const trial = await openTrial();
  const world = await openWorld(trial.settings);

  /** Orders in `processing` that are to be prepared at this moment (ms since 1970), each in Redis with its due time. */
  async function storeDue(moments: readonly number[]): Promise<{ orders: Order[]; slots: number[] }> {
    const orders = moments.map(() => world.order(randomUUID(), trial.run));
    const advances = orders.map((order, index) => {
      const at = moments[index] as number;
      const next = { command: 'prepare', at } as const;
      const first: Step = { version: 1, command: 'process', from: null, to: 'processing', at: at - 60_000, next };
      return { order, known: 0, history: [first] };
    });
    const { slots } = await world.orders.advance(advances);
    return { orders, slots };
  }

  return {
    trial,
    world,
    storeDue,
    /** The same, with their alarms. */
    async ordersDue(moments: readonly number[]): Promise<Order[]> {
      const { orders, slots } = await storeDue(moments);
      await world.alarms.set(slots);
      return orders;
    },
    /** The commands that the topic has for them by now. */
    async commandsOf(orders: readonly Order[]): Promise<FiredCommand[]> {
      const fired: FiredCommand[] = [];
      const wanted = new Set(orders.map(({ orderId }) => orderId));
      await readTopics(trial.settings, [{ topic: commandTopic('prepare') }], ({ key, value }) => {
        if (wanted.has(key)) fired.push(readJson(value) as FiredCommand);
      });
      return fired;
    },
    /** Resolves when the topic has a command for each of them. */
    async untilFired(orders: readonly Order[]): Promise<void> {
      const missing = new Set(orders.map(({ orderId }) => orderId));
      await trial.until(commandTopic('prepare'), ({ key }) => missing.delete(String(key)) && missing.size === 0);
    },
    heldNow: () => allDue(world.dueTimes),
    async close(): Promise<void> {
      await world.close();
      await trial.close();
    },
  };
}
