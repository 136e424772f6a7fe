/** Whatever happens to the cluster: afterwards kafkajs reads everything, and the same seed tells the same story. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Kafka, logLevel } from '../../../infra/kafkajs/kafkajs.ts';
import { compressions } from '../../../infra/simulation/kafka/log/batch.ts';
import { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { VirtualTime } from '../../../infra/simulation/time.ts';
import { type Kind, lossyKinds } from './disturbance.ts';
import { drawDisturbances } from './draw.ts';
import { unleash } from './unleash.ts';

const partitions = 3;
const [topic, group] = ['t', 'g'];
const troubled = 20_000;

const gentle: Kind[] = ['crash', 'freeze', 'disconnect', 'moveLeader', 'noLeader', 'moveCoordinator', 'error', 'delay'];
const rough: Kind[] = [
  ...gentle,
  'reset',
  'silence',
  'duplicate',
  'otherMember',
  'evict',
  'reload',
  'grow',
  'transaction',
];

/** One consumer reads what appears in the log, in a cluster that is disturbed for a while. */
async function story(seed: number, kinds: readonly Kind[], patience = 240_000) {
  const time = new VirtualTime(seed);
  const kafka = new SimulatedKafka({ seed, brokers: 3 });
  const random = new Random(seed);
  const { addresses: brokers, socketFactory } = kafka;
  const retry = { retries: 1000, initialRetryTime: 100, maxRetryTime: 1000, restartOnFailure: async () => true };
  const client = new Kafka({ brokers, socketFactory, logLevel: logLevel.NOTHING, retry, requestTimeout: 5000 });
  const consumer = client.consumer({
    groupId: group,
    sessionTimeout: 10_000,
    maxWaitTimeInMs: 100,
    allowAutoTopicCreation: false,
  });
  const [written, got] = [new Set<string>(), new Set<string>()];
  try {
    kafka.createTopic(topic, { partitions });
    const stage = { brokers: kafka.brokers.ids, topics: [{ name: topic, partitions }], groups: [group] };
    unleash(kafka, drawDisturbances(random, stage, { count: 15, within: troubled, kinds }));
    for (let at = 0; at < troubled; at += 500) {
      kafka.after(at, () => {
        const value = `at ${at}`;
        if (!kafka.topics.includes(topic)) return;
        kafka.records.append(topic, random.between(0, partitions - 1), [{ value }], {
          compression: random.one(compressions),
        });
        written.add(value);
      });
    }
    await time.during(consumer.connect());
    await time.during(consumer.subscribe({ topic, fromBeginning: true }));
    await time.during(consumer.run({ eachMessage: async ({ message }) => void got.add(String(message.value)) }));
    await time.pass(troubled);
    kafka.faults.clear();
    const all = await time.run(() => [...written].every((value) => got.has(value)), patience);
    const took = time.elapsed - troubled;
    await time.during(consumer.disconnect());
    return { all, aborted: got.has('aborted'), took, hash: kafka.trace.hash() };
  } finally {
    kafka.close();
    time.uninstall();
  }
}

const seeds = Array.from({ length: 8 }, (_, seed) => seed);

test('a consumer gets everything once the brokers are at peace again', async () => {
  for (const seed of seeds) assert.ok((await story(seed, gentle)).all, `seed ${seed}`);
});

test('a consumer gets everything once everybody is at peace again', async () => {
  for (const seed of seeds) {
    const { all, aborted } = await story(seed, rough);
    assert.deepEqual({ all, aborted }, { all: true, aborted: false }, `seed ${seed}`);
  }
});

test('whatever happens, the same seed tells the same story', async () => {
  for (const seed of seeds) {
    const kinds = [...rough, ...lossyKinds];
    assert.deepEqual(await story(seed, kinds, 5000), await story(seed, kinds, 5000), `seed ${seed}`);
  }
});
