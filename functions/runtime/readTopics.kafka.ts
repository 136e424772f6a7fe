import type { Admin, IHeaders } from 'kafkajs';
import { connectKafka, withAdmin } from '../../infra/kafkajs/kafkaClient.ts';
import { type KafkaPlace, type Range, readRanges } from './ranges.kafka.ts';

/** One record. `topic` is without the namespace; `waiting` where the topic's own reader has not done it yet. */
export type TopicRecord = Readonly<{
  topic: string;
  partition: number;
  offset: number;
  /** ms since 1970 */
  timestamp: number;
  key: string;
  value: string;
  headers: IHeaders;
  waiting: boolean;
}>;

/**
 * A topic, and the consumer group whose committed offsets tell what is still to be done (both without the namespace).
 * `waitingOnly`: what the group has done is not read.
 */
export type Source = Readonly<{ topic: string; group?: string; waitingOnly?: true }>;

/**
 * Reads every record that the topics hold at this moment, oldest first in each partition. Commits nothing.
 * @param take is called for each record; what it promises is waited for
 */
export async function readTopics(
  settings: KafkaPlace,
  sources: readonly Source[],
  take: (record: TopicRecord) => void | Promise<void>,
): Promise<void> {
  const { namespace } = settings;
  const kafka = connectKafka(settings, 'despacho-reader', 'answersSoon');
  const spans = await withAdmin(kafka, (admin) => readSpans(admin, namespace, sources));
  const committed = new Map(spans.map((span) => [`${span.topic}-${span.partition}`, span.committed]));
  await readRanges(settings, spans, ({ topic, partition, offset, timestamp, key, value, headers }) =>
    take({
      topic: topic.slice(namespace.length),
      partition,
      offset,
      timestamp,
      key: key?.toString() ?? '',
      value: value?.toString() ?? '',
      headers,
      waiting: offset >= (committed.get(`${topic}-${partition}`) ?? 0),
    }),
  );
}

async function readSpans(admin: Admin, namespace: string, sources: readonly Source[]) {
  const spans: (Range & { committed: number })[] = [];
  for (const { topic, group, waitingOnly } of sources) {
    const name = namespace + topic;
    const offsets = await admin.fetchTopicOffsets(name);
    const [known] = group ? await admin.fetchOffsets({ groupId: namespace + group, topics: [name] }) : [];
    for (const { partition, low, high } of offsets) {
      const done = known?.partitions.find((one) => one.partition === partition)?.offset;
      // Without a group nothing waits; a group that has committed nothing (-1) has everything before it.
      const committed = group ? Math.max(0, Number(done ?? 0)) : Number(high);
      const from = Math.max(Number(low), waitingOnly ? committed : 0);
      spans.push({ topic: name, partition, from, to: Number(high), committed });
    }
  }
  return spans;
}

/** A record's value; undefined where it is no JSON, which a schema then refuses. */
export function readJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
