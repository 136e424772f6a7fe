import { z } from 'zod';
import type { KafkaRecord } from '../record/record.ts';

const answerSchema = z
  .object({
    batchItemFailures: z
      .array(
        z.object({
          itemIdentifier: z.object({ partition: z.string().min(1), offset: z.number().int().nonnegative() }),
        }),
      )
      .nullish(),
  })
  .nullish();

const placeOf = (partition: string, offset: number): string => `${partition}:${offset}`;

/**
 * Reads what a function with `ReportBatchItemFailures` returned.
 * @param json its return value; undefined where it returned nothing
 * @returns the records that it names (none: all is well), or undefined where the answer makes no sense, which fails the batch
 */
export function namedRecords(json: string | undefined, records: readonly KafkaRecord[]): KafkaRecord[] | undefined {
  const answer = answerSchema.safeParse(parsed(json));
  if (!answer.success) return undefined;
  const failures = answer.data?.batchItemFailures ?? [];
  if (failures.length === 0) return [];
  const byPlace = new Map(
    records.map((record) => [placeOf(`${record.partition.topic}-${record.partition.id}`, record.offset), record]),
  );
  const named = new Set<KafkaRecord>();
  for (const { itemIdentifier } of failures) {
    const found = byPlace.get(placeOf(itemIdentifier.partition, itemIdentifier.offset));
    if (!found) return undefined;
    named.add(found);
  }
  return records.filter((record) => named.has(record));
}

/** An endpoint may answer with anything. */
function parsed(json: string | undefined): unknown {
  try {
    return json === undefined ? undefined : JSON.parse(json);
  } catch {
    return json;
  }
}

/**
 * The records that were named, and those of the same key that follow one.
 * @param key what a failed record holds back; undefined where it holds back nothing
 */
export function fromNamedOn(
  named: readonly KafkaRecord[],
  records: readonly KafkaRecord[],
  key: (record: KafkaRecord) => string | undefined,
): KafkaRecord[] {
  const failed = new Set(named);
  const held = new Set<string>();
  return records.filter((record) => {
    const own = key(record);
    if (failed.has(record) && own !== undefined) held.add(own);
    return failed.has(record) || (own !== undefined && held.has(own));
  });
}
