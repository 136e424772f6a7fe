import { redact } from '../../infra/redact.ts';
import type { Invocation } from './handler.ts';
import type { LogRecord } from './ports.ts';
import type { Incoming } from './readEvent.ts';

/** Where the records of `topic` go that can never be applied. */
export const deadTopic = (topic: string): string => `${topic}.dead`;

const mostStack = 2000;

/** In a record of a dead-letter topic: which letter of the topic was redriven or dropped, as `<partition>:<offset>`. */
export const settledHeader = 'dead.settled';

/**
 * The record as it came, for `<topic>.dead`, with why and from where in its headers.
 * The dispatcher writes the same headers on what it gives up (`condition` tells the two apart).
 * @param topic without the namespace
 */
export function deadLetter(
  topic: string,
  record: Incoming,
  error: Error,
  { name, attempt, ports }: Invocation,
): LogRecord {
  return {
    topic: deadTopic(topic),
    key: record.key ?? '',
    value: record.value ?? '',
    headers: {
      'dead.reason': redact(`${error.name}: ${error.message}`),
      'dead.condition': 'RejectedByFunction',
      'dead.topic': record.topic,
      'dead.partition': String(record.partition),
      'dead.offset': String(record.offset),
      'dead.timestamp': String(record.timestamp),
      'dead.function': name,
      'dead.attempts': String(attempt),
      'dead.stack': redact(error.stack ?? '').slice(0, mostStack),
      'dead.at': new Date(ports.clock.now()).toISOString(),
    },
  };
}
