import type { z } from 'zod';
import { deadTopic } from '../orders/topics.ts';
import type { Invocation } from './handler.ts';
import type { LogRecord } from './ports.ts';
import { type Incoming, InvalidRecord, readValue } from './readEvent.ts';

const mostStack = 2000;

/** In a record of a dead-letter topic: which letter of the topic was redriven or dropped, as `<partition>:<offset>`. */
export const settledHeader = 'dead.settled';

/**
 * The record as it came, for `<topic>.dead`, with why and from where in its headers.
 * The dispatcher writes the same headers on what it gives up (`condition` tells the two apart).
 * @param topic without the namespace
 */
export function deadLetter(topic: string, record: Incoming, error: Error, { name, attempt }: Invocation): LogRecord {
  return {
    topic: deadTopic(topic),
    key: record.key ?? '',
    value: record.value ?? '',
    headers: {
      'dead.reason': `${error.name}: ${error.message}`,
      'dead.condition': 'RejectedByFunction',
      'dead.topic': record.topic,
      'dead.partition': String(record.partition),
      'dead.offset': String(record.offset),
      'dead.timestamp': String(record.timestamp),
      'dead.function': name,
      'dead.attempts': String(attempt),
      'dead.stack': (error.stack ?? '').slice(0, mostStack),
      'dead.at': new Date().toISOString(),
    },
  };
}

/** Takes the records that fit the schema apart from those that can never be applied. @param topic without the namespace */
export function readRecords<T>(
  records: readonly Incoming[],
  schema: z.ZodType<T>,
  topic: string,
  invocation: Invocation,
): { good: { record: Incoming; value: T }[]; dead: LogRecord[] } {
  const good: { record: Incoming; value: T }[] = [];
  const dead: LogRecord[] = [];
  for (const record of records) {
    try {
      good.push({ record, value: readValue(record, schema) });
    } catch (error) {
      if (!(error instanceof InvalidRecord)) throw error;
      dead.push(deadLetter(topic, record, error, invocation));
    }
  }
  return { good, dead };
}

/** Retries of a record whose order Redis does not know before it is given up: some seconds, by the retries' backoff. */
const mostEarly = 8;

/** Records that name an order, or a step of it, that Redis does not know: to be delivered again, and at last given up. */
export function retryUnknown(topic: string, records: readonly Incoming[], invocation: Invocation) {
  if (invocation.retries < mostEarly) return { failed: records, dead: [] };
  const error = new InvalidRecord('Redis does not know the order or this step of it: rebuild Redis, then redrive');
  return { failed: [], dead: records.map((record) => deadLetter(topic, record, error, invocation)) };
}
