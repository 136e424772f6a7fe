import type { z } from 'zod';
import { readJson } from '../../infra/json.ts';
import { deadLetter } from './deadLetter.ts';
import type { Invocation } from './handler.ts';
import type { LogRecord } from './ports.ts';
import { faults, type Incoming } from './readEvent.ts';

/** A record that can never be applied, however often it is retried. */
export class InvalidRecord extends Error {
  override name = 'InvalidRecord';
}

/**
 * The record's JSON value, checked.
 * @throws InvalidRecord that names the field at fault
 */
export function readValue<T>(record: Incoming, schema: z.ZodType<T>): T {
  if (!record.value) throw new InvalidRecord('the record has no value');
  const json = readJson(record.value);
  if (json === undefined) throw new InvalidRecord('the value is not JSON');
  const read = schema.safeParse(json);
  if (!read.success) throw new InvalidRecord(faults(read.error));
  return read.data;
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
