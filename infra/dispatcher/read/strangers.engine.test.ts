/** A group that has a consumer of librdkafka's, with its own defaults, beside the dispatcher: each reads a part. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sleep, systemClock } from '../../clock.ts';
import { pythonWith } from '../../engines/python.fixture.ts';
import { ownTopics } from '../../kafkajs/ownTopics.fixture.ts';
import { brokers, kafkaLogin, librdkafka } from '../../kafkajs/testKafka.fixture.ts';
import { planOf } from '../config/mapping.ts';
import { startDispatcher } from '../dispatcher.ts';
import type { KafkaEvent } from '../invoke/kafkaEvent.ts';
import { lambdaServer } from '../live/lambda.fixture.ts';

const { topic, admin, producer } = ownTopics('strangers', { partitions: 2 });

/** Ends with the first record that it gets, and prints it. */
const reader = `import json, sys
from confluent_kafka import Consumer
consumer = Consumer({**json.loads(sys.argv[1]), "group.id": sys.argv[2], "auto.offset.reset": "earliest"})
consumer.subscribe([sys.argv[2]])
message = None
while message is None or message.error():
    message = consumer.poll(0.2)
print(message.value().decode(), end="")
consumer.close()`;

async function twoMembers(): Promise<void> {
  for (;;) {
    const { groups } = await admin.describeGroups([topic]);
    if (groups[0]?.state === 'Stable' && groups[0].members.length === 2) return;
    // A broker tells nobody of it.
    await sleep(systemClock, 50);
  }
}

test('beside a consumer of librdkafka in its group the dispatcher reads a part of the partitions', async () => {
  const python = await pythonWith('confluent-kafka');
  const got: string[] = [];
  const first = Promise.withResolvers<void>();
  const lambda = await lambdaServer((_, event) => {
    const records = Object.values((event as KafkaEvent).records).flat();
    got.push(...records.map(({ value }) => Buffer.from(value ?? '', 'base64').toString()));
    first.resolve();
  });
  const events = [{ kafka: { topic, bootstrapServers: brokers, consumerGroupId: topic, maximumBatchingWindow: 0 } }];
  const plan = planOf({ functions: { ship: { events } } }, import.meta.dirname, { endpoint: lambda.url });
  const say = () => undefined;
  const dispatcher = await startDispatcher({ ...plan, access: kafkaLogin, log: { info: say, warn: say, error: say } });
  try {
    const stranger = python.run(reader, JSON.stringify(librdkafka()), topic);
    await Promise.race([twoMembers(), stranger.then(() => Promise.reject(new Error('it read what nobody sent')))]);
    await producer.send({ topic, messages: [0, 1].map((partition) => ({ partition, value: `of ${partition}` })) });
    const read = await stranger;
    const other = read === 'of 0' ? 'of 1' : 'of 0';
    await first.promise;
    assert.deepEqual(got, [other]);
  } finally {
    await dispatcher.drain(5000);
    lambda.close();
  }
});
