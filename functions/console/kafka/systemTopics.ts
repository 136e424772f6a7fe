import { deadTopicNames } from '../../deadLetters/letters.kafka.ts';
import { kindNames, kinds } from '../../messages/message.ts';
import { topics } from '../../orders/topics.ts';

const names = new Set([...topics, ...kindNames.map((kind) => kinds[kind].topic), ...deadTopicNames]);

/** Every topic of both systems, as in Kafka: whoever may only look sees these, and nobody else's on the same brokers. */
export const systemTopics = ({ namespace }: Readonly<{ namespace: string }>): readonly string[] =>
  [...names].map((name) => namespace + name);
