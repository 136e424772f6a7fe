/** An order's records in Kafka. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { connectKafka, withAdmin } from '../../../infra/kafkajs/kafkaClient.ts';
import { servedTopics } from '../../../infra/kafkajs/kafkajs.ts';
import { sampleOrder } from '../../orders/order.fixture.ts';
import { createTopics } from '../../orders/topics.kafka.ts';
import { commandTopic, eventsTopic, topics } from '../../orders/topics.ts';
import { deadTopic } from '../../runtime/deadLetter.ts';
import { kafkaLog } from '../../runtime/log.kafka.ts';
import { readSettings } from '../../settings.ts';
import { browse, browseSchema } from '../kafka/browse.ts';
import { orderOf } from './order.kafka.ts';

const settings = { ...readSettings(), namespace: `story-${randomUUID().slice(0, 6)}.` };
const { namespace } = settings;
const kafka = connectKafka(settings, 'despacho-test', 'answersSoon');
const orders = Array.from({ length: 4 }, () => sampleOrder({ orderId: randomUUID(), placedAt: Date.now() }));

before(async () => {
  await createTopics(settings);
  const log = kafkaLog(settings);
  await log.publish(
    orders.flatMap((order) => [
      { topic: commandTopic('process'), key: order.orderId, value: JSON.stringify(order) },
      { topic: eventsTopic, key: order.orderId, value: '{}' },
    ]),
  );
  await log.close();
  const topicPartitions = [commandTopic('process'), eventsTopic].map((name) => ({
    topic: namespace + name,
    count: 12,
  }));
  await withAdmin(kafka, async (admin) => {
    await admin.createPartitions({ topicPartitions });
    await servedTopics(
      admin,
      topicPartitions.map(({ topic }) => topic),
    );
  });
});
after(() => withAdmin(kafka, (admin) => admin.deleteTopics({ topics: topics.map((name) => namespace + name) })));

test('a story is whole, also where its topics were given more partitions since', async () => {
  for (const { orderId, placedAt } of orders) {
    for (const since of [placedAt, undefined]) {
      const { records, order } = await orderOf(settings, orderId, since);
      assert.deepEqual([records.length, order?.orderId], [2, orderId]);
    }
  }
});

test('a key is found in whatever partition it lies', async () => {
  await withAdmin(kafka, async (admin) => {
    for (const { orderId: key } of orders) {
      const asked = browseSchema.parse({ topic: namespace + eventsTopic, key });
      assert.deepEqual(
        (await browse(admin, settings, asked)).messages.map((one) => one.key),
        [key],
      );
    }
  });
});

test('a header of a record puts no link into the story: of those of a dead letter only what we write is a fact', async () => {
  const order = sampleOrder({ orderId: randomUUID(), placedAt: Date.now() });
  const log = kafkaLog(settings);
  const headers = {
    'dead.reason': 'it could not be read',
    'dead.page': 'javascript:alert(1)',
    'dead.href': 'https://evil.example',
    page: 'https://evil.example/login',
  };
  await log.publish([{ topic: deadTopic(eventsTopic), key: order.orderId, value: '{}', headers }]);
  await log.close();
  const { entries } = await orderOf(settings, order.orderId, order.placedAt);
  assert.deepEqual(
    entries.map(({ kind, facts }) => [kind, facts]),
    [['dead letter', { reason: 'it could not be read' }]],
  );
});
