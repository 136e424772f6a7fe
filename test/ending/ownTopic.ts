/** What each test of an end has: a topic of its own on the tests' broker, and the smallest project that reads it. */
import { after, before } from 'node:test';
import { createServedTopics, Kafka, logLevel } from '../../infra/kafkajs/kafkajs.ts';
import { type Tiny, tinyProject } from './tiny.ts';

/** host:port */
export const broker = process.env.KAFKA_BROKERS ?? '127.0.0.1:9092';

type OwnTopic = Readonly<{ topic: string; tiny: Tiny; send(value: string): Promise<unknown> }>;

/** The topics are there while the tests of the file run. @param further ends of the names of topics beside it */
export function ownTopic(name: string, ...further: string[]): OwnTopic {
  const kafka = new Kafka({ brokers: [broker], clientId: 'ending', logLevel: logLevel.NOTHING });
  const [admin, producer] = [kafka.admin(), kafka.producer()];
  const topic = `ending-${name}-${process.pid}`;
  const topics = [topic, ...further.map((end) => `${topic}-${end}`)];
  const tiny = tinyProject(broker, topic);
  before(async () => {
    await Promise.all([admin.connect(), producer.connect()]);
    await createServedTopics(
      admin,
      topics.map((one) => ({ topic: one, numPartitions: 1 })),
    );
  });
  after(async () => {
    tiny.remove();
    await admin.deleteTopics({ topics });
    await Promise.all([admin.disconnect(), producer.disconnect()]);
  });
  return { topic, tiny, send: (value) => producer.send({ topic, messages: [{ value }] }) };
}
