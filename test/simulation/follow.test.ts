/** The console's tally knows which order is in which state, whatever happens while it begins to follow the log. */
import assert from 'node:assert/strict';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import type { Due } from '../../functions/orders/ports.ts';
import { eventsTopic } from '../../functions/orders/topics.ts';
import { follow } from '../../infra/console/follow.ts';
import { Whereabouts } from '../../infra/console/whereabouts.ts';
import { onSimulated, type Stage } from '../../infra/simulation/kafka/onSimulated.fixture.ts';

const topics = [eventsTopic, documentsTopic];

/** Orders that are placed on a stage, and the tally that follows them there. */
function shopOn({ kafka, time }: Stage, read: (due: Due[]) => Promise<Due[]> = async (due) => due) {
  const due: Due[] = [];
  const orders = new Whereabouts();
  const tally = {
    restart: (told: Due[]) => orders.restart(told),
    takeEvent: (event: Parameters<Whereabouts['move']>[0]) => void orders.move(event),
    takeDocument: () => undefined,
  };
  return {
    place(orderId: string, partition = 0): void {
      due.push({ orderId, version: 1, command: 'prepare', at: time.now + 1000 });
      const event = { orderId, version: 1, command: 'process', from: null, to: 'processing', at: time.now };
      kafka.records.append(eventsTopic, partition, [{ value: JSON.stringify(event) }]);
    },
    follow: () => {
      const { addresses: kafkaBrokers, socketFactory } = kafka;
      return follow({ namespace: '', kafkaBrokers, access: {}, socketFactory }, tally, () => read([...due]));
    },
    placed: () => orders.counts().processing,
  };
}

const theEnd = { api: 'ListOffsets' } as const;
const late = { kind: 'delay', milliseconds: 1000, of: 'request' } as const;

onSimulated('an order that is placed before it has heard where the log ends is counted', {}, async (stage) => {
  for (const topic of topics) stage.kafka.createTopic(topic);
  const shop = shopOn(stage);
  stage.kafka.faults.inject({ ...theEnd, effect: late, times: 2 });
  const following = await stage.time.during(shop.follow());
  await stage.time.pass(500);
  shop.place('one');
  await stage.time.run(() => shop.placed() === 1, 10_000);
  assert.equal(shop.placed(), 1);
  await stage.time.during(following.close());
});

onSimulated('due times that could not be read are read again', {}, async (stage) => {
  for (const topic of topics) stage.kafka.createTopic(topic);
  let away = true;
  const shop = shopOn(stage, async (due) => (away ? Promise.reject(new Error('Redis is away')) : due));
  shop.place('one');
  const following = await stage.time.during(shop.follow());
  await stage.time.pass(5000);
  shop.place('two');
  away = false;
  await stage.time.run(() => shop.placed() === 2, 10_000);
  assert.equal(shop.placed(), 2);
  await stage.time.during(following.close());
});

onSimulated(
  'after a joining each broker is waited for: the fetch from another one tells nothing of where this one begins',
  { brokers: 2 },
  async (stage) => {
    const { kafka, time } = stage;
    for (const topic of topics) kafka.createTopic(topic, { partitions: 2 });
    const shop = shopOn(stage);
    // Both fetchers ask both brokers; the second one's question to its own is late.
    let asked = 0;
    kafka.faults.inject({ ...theEnd, effect: late, broker: 2, when: () => ++asked === 2 });
    const partition = [0, 1].find((one) => kafka.brokers.leader(eventsTopic, one) === 2);
    const following = await time.during(shop.follow());
    await time.pass(500);
    shop.place('one', partition);
    await time.run(() => shop.placed() === 1, 10_000);
    assert.equal(shop.placed(), 1);
    await time.during(following.close());
  },
);
