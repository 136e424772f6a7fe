/** What each test of an end has: a topic of its own on the tests' broker, and the smallest project that reads it. */
import { ownTopics } from '../../infra/kafkajs/ownTopics.fixture.ts';
import { brokers } from '../../infra/kafkajs/testKafka.fixture.ts';
import { tinyProject } from './tiny.ts';

/** host:port */
export const [broker = ''] = brokers;

/** @param further ends of the names of topics beside it */
export function ownTopic(name: string, ...further: string[]) {
  const { topic, send } = ownTopics(`ending-${name}`, { further: further.map((end) => `-${end}`) });
  return { topic, send, tiny: tinyProject(broker, topic) };
}
