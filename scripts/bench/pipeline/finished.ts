import { type Histogram, build as newHistogram } from 'hdr-histogram-js';
import type { Event } from '../../../functions/orders/records.ts';
import { eventsTopic } from '../../../functions/orders/topics.ts';
import type { Settings } from '../../../functions/settings.ts';
import { systemClock, within } from '../../../infra/clock.ts';
import { connectKafka } from '../../../infra/kafkajs/kafkaClient.ts';

/** What the events tell while a benchmark runs. Moments are ms since 1970. */
type Finished = {
  orders: number;
  lastAt: number;
  /** ms from a due time to the transition, with the way through Kafka and its function. */
  lateness: Histogram;
};

/** An event with neither says nothing that is counted; not to read it leaves the processors to what is measured. */
const tells = ['"due"', '"completed"'];

/** @param done the orders that are counted already */
function count(finished: Finished, done: Set<string>, value: Buffer): void {
  // Not checked: what is measured shares the processors with this.
  const { orderId, to, at, due }: Event = JSON.parse(String(value));
  if (due) finished.lateness.recordValue(Math.max(0, at - due.at));
  if (to !== 'completed' || done.has(orderId)) return;
  done.add(orderId);
  finished.orders++;
  finished.lastAt = Math.max(finished.lastAt, at);
}

/** Counts finished orders from the log itself, once each. */
export async function watchFinished(settings: Settings) {
  const kafka = connectKafka(settings, 'despacho-bench', 'answersSoon');
  const consumer = kafka.consumer({
    groupId: `${settings.namespace}bench-${systemClock.uuid()}`,
    maxWaitTimeInMs: 100,
    minBytes: 65_536,
  });
  await consumer.connect();
  await consumer.subscribe({ topic: settings.namespace + eventsTopic, fromBeginning: true });
  const done = new Set<string>();
  const finished: Finished = { orders: 0, lastAt: 0, lateness: newHistogram() };
  let target = Number.POSITIVE_INFINITY;
  let reached = Promise.withResolvers<void>();
  consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      for (const { value } of batch.messages) {
        if (value && tells.some((word) => value.includes(word))) count(finished, done, value);
      }
      if (finished.orders >= target) reached.resolve();
    },
  });
  const joined = Promise.withResolvers<void>();
  consumer.on('consumer.group_join', () => joined.resolve());
  await joined.promise;
  return {
    finished,
    /** Resolves when this many orders are finished in all. @throws after `milliseconds` */
    async until(orders: number, milliseconds: number): Promise<void> {
      target = orders;
      reached = Promise.withResolvers();
      if (finished.orders >= target) return;
      await within(systemClock, milliseconds, reached.promise);
      if (finished.orders < target)
        throw new Error(`${finished.orders} of ${orders} orders finished in ${milliseconds} ms`);
    },
    close: () => consumer.disconnect(),
  };
}
