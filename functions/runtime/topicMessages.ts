import type { Message, TopicMessages } from 'kafkajs';
import { groupedAtOnce } from '../../infra/kafkajs/kafkajs.ts';
import type { LogRecord } from './ports.ts';

/** One group of messages per topic: kafkajs then needs one request for the whole batch. */
export function byTopic(records: readonly LogRecord[], namespace: string): TopicMessages[] {
  const topics = new Map<string, Message[]>();
  for (const { topic, key, value, headers } of records) {
    const messages = topics.get(topic) ?? [];
    topics.set(topic, messages);
    messages.push({ key, value, ...(headers && { headers }) });
  }
  return [...topics].map(([topic, messages]) => ({ topic: namespace + topic, messages: groupedAtOnce(messages) }));
}
