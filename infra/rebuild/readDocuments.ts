import { documentsTopic } from '../../functions/metrics/topics.ts';
import { readTopics, type TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';

/**
 * Reads the topic of the metric documents, and works on what is taken from its records so much at a time, in their order:
 * however long the topic is, no more is held.
 * @param take returns undefined for what is left out
 */
export async function readDocuments<T>(
  settings: Settings,
  size: number,
  take: (record: TopicRecord) => T | undefined,
  work: (chunk: readonly T[]) => Promise<void>,
): Promise<void> {
  let chunk: T[] = [];
  const flush = (): Promise<void> => {
    const full = chunk;
    chunk = [];
    return work(full);
  };
  await readTopics(settings, [{ topic: documentsTopic }], (record) => {
    const taken = take(record);
    if (taken !== undefined) chunk.push(taken);
    return chunk.length < size ? undefined : flush();
  });
  await flush();
}
