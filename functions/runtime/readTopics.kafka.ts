import type { Admin } from 'kafkajs';
import { connectKafka, withAdmin } from '../../infra/kafkajs/kafkaClient.ts';
import { type KafkaPlace, type KeptRecord, type Range, readRanges } from './ranges.kafka.ts';

/** One record. `topic` is without the namespace; `waiting` where the topic's own reader has not done it yet. */
export type TopicRecord = Omit<KeptRecord, 'key' | 'value'> &
  Readonly<{ key: string; value: string; waiting: boolean }>;

/**
 * A topic, and the consumer group whose committed offsets tell what is still to be done (both without the namespace).
 * `waitingOnly`: what the group has done is not read.
 * `since` and `until`: only what Kafka's time index finds between these moments (ms since 1970).
 */
export type Source = Readonly<{
  topic: string;
  group?: string;
  waitingOnly?: true;
  since?: number | undefined;
  until?: number | undefined;
}>;

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
  const spans = await spansOf(settings, sources);
  const committed = new Map(spans.map((span) => [`${span.topic}-${span.partition}`, span.committed]));
  await readRanges(settings, spans, ({ topic, key, value, ...record }) =>
    take({
      ...record,
      topic: topic.slice(namespace.length),
      key: key?.toString() ?? '',
      value: value?.toString() ?? '',
      waiting: record.offset >= (committed.get(`${topic}-${record.partition}`) ?? 0),
    }),
  );
}

/** A stretch of a partition, and up to where the topic's own reader has done it. */
type Span = Range & Readonly<{ committed: number }>;

/** What the sources hold at this moment. @throws when Kafka does not answer */
export async function spansOf(settings: KafkaPlace, sources: readonly Source[]): Promise<Span[]> {
  const kafka = connectKafka(settings, 'despacho-reader', 'answersSoon');
  const spans: Span[] = [];
  await withAdmin(kafka, async (admin) => {
    for (const source of sources) spans.push(...(await spansIn(admin, settings.namespace, source)));
  });
  return spans;
}

/** How many records the sources hold at this moment, at most. */
export const recordsIn = async (settings: KafkaPlace, sources: readonly Source[]): Promise<number> =>
  (await spansOf(settings, sources)).reduce((sum, { from, to }) => sum + Math.max(0, to - from), 0);

async function spansIn(admin: Admin, namespace: string, source: Source): Promise<Span[]> {
  const { topic, group, waitingOnly, since, until } = source;
  const name = namespace + topic;
  const offsets = await admin.fetchTopicOffsets(name);
  const [known] = group ? await admin.fetchOffsets({ groupId: namespace + group, topics: [name] }) : [];
  const starts = await offsetsAt(admin, name, since);
  const ends = await offsetsAt(admin, name, until);
  return offsets.map(({ partition, low, high }) => {
    const done = known?.partitions.find((one) => one.partition === partition)?.offset;
    // Without a group nothing waits; a group that has committed nothing (-1) has everything before it.
    const committed = group ? Math.max(0, Number(done ?? 0)) : Number(high);
    const from = Math.max(Number(low), waitingOnly ? committed : 0, starts.get(partition) ?? 0);
    return { topic: name, partition, from, to: Math.min(Number(high), ends.get(partition) ?? Infinity), committed };
  });
}

/** Where in each partition the records from that moment on begin: at its end, where there is none. */
async function offsetsAt(admin: Admin, topic: string, moment: number | undefined): Promise<Map<number, number>> {
  if (moment === undefined) return new Map();
  const found = await admin.fetchTopicOffsetsByTimestamp(topic, Math.max(0, moment));
  return new Map(found.map(({ partition, offset }) => [partition, Number(offset)]));
}
