import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from '../../kafkajs/kafkajs.ts';
import { VirtualTime } from '../time.ts';
import { SimulatedKafka } from './simulatedKafka.ts';

const partitions = 4;

/** Two consumers of a group read what a producer writes, while a broker crashes and starts again. */
async function story(seed: number) {
  const time = new VirtualTime(seed);
  const simulated = new SimulatedKafka({ seed, brokers: 3 });
  const { addresses: brokers, socketFactory } = simulated;
  const retry = { retries: 100, initialRetryTime: 100, maxRetryTime: 1000 };
  const kafka = new Kafka({ brokers, socketFactory, logLevel: logLevel.NOTHING, retry });
  const got = new Set<string>();
  try {
    simulated.createTopic('t', { partitions });
    const producer = kafka.producer({ idempotent: true });
    const consumers = [1, 2].map(() => kafka.consumer({ groupId: 'g', sessionTimeout: 10_000, maxWaitTimeInMs: 100 }));
    await time.during(producer.connect());
    for (const consumer of consumers) {
      await time.during(consumer.connect());
      await time.during(consumer.subscribe({ topic: 't', fromBeginning: true }));
      await time.during(consumer.run({ eachMessage: async ({ message }) => void got.add(String(message.value)) }));
    }
    const send = async (round: number) => {
      for (let partition = 0; partition < partitions; partition++) {
        const messages = Array.from({ length: 10 }, (_, index) => ({
          partition,
          value: `${round} ${partition} ${index}`,
        }));
        await time.during(producer.send({ topic: 't', messages }));
      }
    };
    await send(1);
    simulated.brokers.crash(1);
    await send(2);
    await time.run(() => got.size === 2 * partitions * 10, 60_000);
    simulated.brokers.start(1);
    await time.pass(5000);
    await time.during(Promise.all([...consumers, producer].map((one) => one.disconnect())));
    await time.pass(1000);
    const { connections, trace } = simulated;
    return { got: got.size, connections, timers: time.timers, elapsed: time.elapsed, hash: trace.hash() };
  } finally {
    simulated.close();
    time.uninstall();
  }
}

test('kafkajs reads all that it writes, also when a broker crashes, and leaves nothing behind', async () => {
  const { got, connections, timers } = await story(1);
  assert.deepEqual({ got, connections, timers }, { got: 2 * partitions * 10, connections: 0, timers: 0 });
});

test('the same seed tells the same story, another seed another', async () => {
  const first = await story(1);
  for (let again = 0; again < 5; again++) assert.deepEqual(await story(1), first);
  assert.notEqual((await story(2)).hash, first.hash);
});
