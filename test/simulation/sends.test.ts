/** No send succeeds without its records being in the log, also when a broker of several goes away in the middle of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Message, ProducerConfig } from 'kafkajs';
import { Kafka, logLevel } from '../../infra/kafkajs/kafkajs.ts';
import { SimulatedKafka } from '../../infra/simulation/kafka/simulatedKafka.ts';
import { Random } from '../../infra/simulation/random.ts';
import { VirtualTime } from '../../infra/simulation/time.ts';
import { drawDisturbances } from './disturbances/draw.ts';
import { unleash } from './disturbances/unleash.ts';

const partitions = 6;
const retry = { retries: 1000, initialRetryTime: 100, maxRetryTime: 1000 };

/** The messages of a send that are in no log when it has succeeded. */
async function lost(seed: number, config: ProducerConfig, message: (index: number) => Message): Promise<string[]> {
  const time = new VirtualTime(seed);
  const simulated = new SimulatedKafka({ seed, brokers: 3 });
  const { addresses: brokers, socketFactory } = simulated;
  const kafka = new Kafka({ brokers, socketFactory, retry, logLevel: logLevel.NOTHING, requestTimeout: 3000 });
  try {
    simulated.createTopic('t', { partitions });
    const producer = kafka.producer(config);
    await time.during(producer.connect());
    await time.during(producer.send({ topic: 't', messages: [{ key: 'k', value: 'first' }] }));
    simulated.brokers.crash(1 + (seed % 3));
    const stage = { brokers: simulated.brokers.ids, topics: [{ name: 't', partitions }], groups: ['g'] };
    const kinds = ['crash', 'moveLeader', 'disconnect'] as const;
    unleash(simulated, drawDisturbances(new Random(seed), stage, { count: 4, within: 1000, kinds }));
    const messages = Array.from({ length: 120 }, (_, index) => message(index));
    await time.during(producer.send({ topic: 't', messages }));
    const there = Array.from({ length: partitions }, (_, partition) => simulated.records.read('t', partition)).flat();
    const values = new Set(there.map(({ value }) => String(value)));
    await time.during(producer.disconnect());
    return messages.map(({ value }) => String(value)).filter((value) => !values.has(value));
  } finally {
    simulated.close();
    time.uninstall();
  }
}

const seeds = Array.from({ length: 10 }, (_, seed) => seed);
const keyed = (index: number) => ({ key: `key ${index}`, value: `${index}` });
const keyless = (index: number) => ({ value: `${index}` });
const placed = (index: number) => ({ partition: index % partitions, value: `${index}` });

for (const [name, message] of Object.entries({ keyed, keyless, placed })) {
  for (const idempotent of [true, false]) {
    test(`${name} messages of ${idempotent ? 'an idempotent' : 'a usual'} producer are all there when it says so`, async () => {
      for (const seed of seeds) assert.deepEqual(await lost(seed, { idempotent }, message), [], `seed ${seed}`);
    });
  }
}
