import { deadLetter } from '../runtime/deadLetter.ts';
import type { Invocation } from '../runtime/handler.ts';
import type { LogRecord } from '../runtime/ports.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { InvalidRecord } from '../runtime/readRecords.ts';

/** Retries of a record whose order Redis does not know before it is given up: some seconds, by the retries' backoff. */
const mostEarly = 8;

/**
 * Records that name an order, or a step of it, that Redis does not know: to be delivered again, and at last given up.
 * @param topic without the namespace
 */
export function retryUnknown(
  topic: string,
  records: readonly Incoming[],
  invocation: Invocation,
): { failed: readonly Incoming[]; dead: LogRecord[] } {
  if (invocation.retries < mostEarly) return { failed: records, dead: [] };
  const error = new InvalidRecord('Redis does not know the order or this step of it: rebuild Redis, then redrive');
  return { failed: [], dead: records.map((record) => deadLetter(topic, record, error, invocation)) };
}
