/** The records of one invocation, taken out of the event that Lambda's Kafka trigger delivers. */
import { z } from 'zod';

/** A record of Lambda's Kafka event with key, value and headers decoded from base64. */
export type Incoming = Readonly<{
  /** As in Kafka, with the namespace. */
  topic: string;
  partition: number;
  offset: number;
  /** ms since 1970 */
  timestamp: number;
  key: Buffer | undefined;
  /** Undefined for a tombstone. */
  value: Buffer | undefined;
}>;

const eventSchema = z.object({
  records: z.record(
    z.string(),
    z.array(
      z.object({
        topic: z.string(),
        partition: z.number().int(),
        offset: z.number().int(),
        timestamp: z.number(),
        key: z.string().nullish(),
        value: z.string().nullish(),
      }),
    ),
  ),
});

const decode = (base64: string | null | undefined): Buffer | undefined =>
  base64 === null || base64 === undefined ? undefined : Buffer.from(base64, 'base64');

/** @throws Error that names what an event given by hand lacks */
export function readEvent(event: unknown): Incoming[] {
  const read = eventSchema.safeParse(event);
  if (!read.success) {
    throw new Error(`This is no event of Lambda's Kafka trigger: ${faults(read.error)}. See functions/*/samples.`);
  }
  return Object.values(read.data.records).flatMap((records) =>
    records.map((record) => ({ ...record, key: decode(record.key), value: decode(record.value) })),
  );
}

/** What zod found, each fault with the field it is about. */
export const faults = (error: z.ZodError): string =>
  error.issues.map(({ path, message }) => (path.length > 0 ? `${path.join('.')}: ${message}` : message)).join('; ');
