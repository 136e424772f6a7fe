import type { CommonPorts } from '../metrics/connect.ts';
import type { Invocation } from '../runtime/handler.ts';
import type { LogRecord } from '../runtime/ports.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { readRecords } from '../runtime/readRecords.ts';
import { kindOfTopic, type Message } from './message.ts';

/**
 * The messages of a batch, in the order of their partitions and offsets, and the records that are none.
 * @throws Error for a topic that holds no messages
 */
export function readMessages(
  records: readonly Incoming[],
  invocation: Invocation<CommonPorts>,
): { messages: Message[]; dead: LogRecord[] } {
  const { namespace } = invocation.ports.settings;
  const messages: Message[] = [];
  const dead: LogRecord[] = [];
  for (const [name, group] of Map.groupBy(records, ({ topic }) => topic)) {
    const topic = name.startsWith(namespace) ? name.slice(namespace.length) : name;
    const kind = kindOfTopic(topic);
    if (!kind) throw new Error(`${invocation.name} knows no messages of the topic "${name}"`);
    const read = readRecords(group, kind.schema, topic, invocation);
    dead.push(...read.dead);
    for (const { record, value } of read.good) {
      const { partition, offset, timestamp } = record;
      messages.push({ topic, partition, offset, producedAt: timestamp, ...kind.message(value as never, timestamp) });
    }
  }
  return { messages: messages.sort((a, b) => a.partition - b.partition || a.offset - b.offset), dead };
}
