import { after, before } from 'node:test';
import { createServedTopics } from './kafkajs.ts';
import { testKafka } from './testKafka.fixture.ts';

/**
 * A topic of a file of tests, there while they run, and clients that are connected meanwhile.
 * @param further ends of the names of topics beside it
 */
export function ownTopics(name: string, { partitions = 1, further = [] as readonly string[] } = {}) {
  const kafka = testKafka();
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  const topic = `${name}-test-${process.pid}-${Date.now().toString(36)}`;
  const topics = [topic, ...further.map((end) => `${topic}${end}`)];
  before(async () => {
    await Promise.all([admin.connect(), producer.connect()]);
    await createServedTopics(
      admin,
      topics.map((one) => ({ topic: one, numPartitions: partitions })),
    );
  });
  after(async () => {
    await admin.deleteTopics({ topics });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });
  /** Writes these values, a record each. */
  const send = (...values: string[]) => producer.send({ topic, messages: values.map((value) => ({ value })) });
  /** The offset that a group has committed of the topic's first partition. */
  async function committed(groupId: string): Promise<string | undefined> {
    const [found] = await admin.fetchOffsets({ groupId, topics: [topic] });
    return found?.partitions.find(({ partition }) => partition === 0)?.offset;
  }
  return { topic, admin, producer, send, committed };
}
