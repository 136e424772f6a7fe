import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { connectKafka } from './kafkaClient.ts';
import { createServedTopics } from './kafkajs.ts';
import { place } from './testKafka.fixture.ts';

const kafka = connectKafka(place, 'despacho-test', 'answersSoon');
const [admin, maker, producer] = [kafka.admin(), kafka.admin(), kafka.producer()];
const name = `gone-test-${process.pid}-${Date.now().toString(36)}`;
const [first, second, third] = [`${name}-1`, `${name}-2`, `${name}-3`] as const;
const make = (...topics: string[]) =>
  createServedTopics(
    maker,
    topics.map((topic) => ({ topic, numPartitions: 1 })),
  );
const messages = [{ value: 'v' }];

before(() => Promise.all([admin, maker, producer].map((client) => client.connect())));
after(async () => {
  const topics = (await maker.listTopics()).filter((topic) => topic.startsWith(name));
  await maker.deleteTopics({ topics });
  await Promise.all([admin, maker, producer].map((client) => client.disconnect()));
});

test('who has named a topic that is deleted then, still learns of others, and of that one that it is gone', async () => {
  await make(first, second);
  for (const topic of [first, second]) {
    await admin.fetchTopicOffsets(topic);
    await producer.send({ topic, messages });
  }
  await maker.deleteTopics({ topics: [first] });
  await make(third);
  for (const topic of [third, second]) {
    await producer.send({ topic, messages });
    const [{ high } = { high: '' }] = await admin.fetchTopicOffsets(topic);
    assert.equal(high, topic === third ? '1' : '2');
  }
  for (const ask of [() => admin.fetchTopicOffsets(first), () => producer.send({ topic: first, messages })]) {
    await assert.rejects(ask(), /does not host this topic-partition/);
  }
  await make(first);
  await producer.send({ topic: first, messages });
});
