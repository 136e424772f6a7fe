import { z } from 'zod';
import type { KafkaRecord } from '../record/record.ts';

/** Numbers are wanted, but a function that got its offset as text gives it back so. */
const whole = z.union([z.number().int().nonnegative(), z.string().regex(/^\d+$/).transform(Number)]);

const answerSchema = z
  .object({
    batchItemFailures: z
      .array(z.object({ itemIdentifier: z.object({ partition: z.string().min(1), offset: whole }) }))
      .nullish(),
  })
  .nullish();

/**
 * Reads what a function with `ReportBatchItemFailures` returned.
 * @param json its return value; undefined where it returned nothing
 * @param key what a failed record holds back: the records of the same key that follow it
 * @returns the records to try again (none: all is well), or undefined where the answer makes no sense, which fails the batch
 */
export function failedRecords(
  json: string | undefined,
  records: readonly KafkaRecord[],
  key: (record: KafkaRecord) => string,
): KafkaRecord[] | undefined {
  const answer = answerSchema.safeParse(json === undefined ? undefined : JSON.parse(json));
  if (!answer.success) return undefined;
  const named = new Set<KafkaRecord>();
  for (const { itemIdentifier } of answer.data?.batchItemFailures ?? []) {
    const found = records.find((record) => matches(record, itemIdentifier));
    if (!found) return undefined;
    named.add(found);
  }
  const held = new Set<string>();
  return records.filter((record) => {
    if (named.has(record)) held.add(key(record));
    return held.has(key(record));
  });
}

const matches = ({ partition, offset }: KafkaRecord, item: { partition: string; offset: number }): boolean =>
  offset === item.offset && item.partition === `${partition.topic}-${partition.id}`;
