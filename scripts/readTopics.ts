import { randomUUID } from 'node:crypto';
import { type Admin, type Consumer, type IHeaders, Kafka, logLevel } from 'kafkajs';
import type { Settings } from '../functions/runtime/settings.ts';

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

/** A topic, and the consumer group whose committed offsets tell what is still to be done (both without the namespace). */
export type Source = Readonly<{ topic: string; group?: string }>;

type Span = { next: number; end: number; committed: number };

/**
 * Reads every record that the topics hold at this moment, oldest first in each partition. Commits nothing.
 * @param take is called for each record
 */
export async function readTopics(
  settings: Pick<Settings, 'kafkaBrokers' | 'namespace'>,
  sources: readonly Source[],
  take: (record: TopicRecord) => void,
): Promise<void> {
  const { kafkaBrokers, namespace } = settings;
  const kafka = new Kafka({ brokers: kafkaBrokers, clientId: 'despacho-reader', logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  const groupId = `${namespace}reader-${randomUUID()}`;
  const consumer = kafka.consumer({ groupId, maxWaitTimeInMs: 100, sessionTimeout: 10_000 });
  try {
    const spans = await readSpans(admin, namespace, sources);
    if ([...spans.values()].every(({ next, end }) => next >= end)) return;
    await readToEnd(consumer, spans, (record) => take({ ...record, topic: record.topic.slice(namespace.length) }));
  } finally {
    await consumer.disconnect();
    await admin.deleteGroups([groupId]).catch(() => {
      // A group that committed nothing is forgotten by Kafka anyway.
    });
    await admin.disconnect();
  }
}

async function readSpans(admin: Admin, namespace: string, sources: readonly Source[]): Promise<Map<string, Span>> {
  const spans = new Map<string, Span>();
  for (const { topic, group } of sources) {
    const name = namespace + topic;
    const offsets = await admin.fetchTopicOffsets(name);
    const [committed] = group ? await admin.fetchOffsets({ groupId: namespace + group, topics: [name] }) : [];
    for (const { partition, low, high } of offsets) {
      const done = committed?.partitions.find((one) => one.partition === partition)?.offset;
      // Without a group nothing waits; a group that has committed nothing (-1) has everything before it.
      const at = group ? Math.max(0, Number(done ?? 0)) : Number(high);
      spans.set(`${name}-${partition}`, { next: Number(low), end: Number(high), committed: at });
    }
  }
  return spans;
}

async function readToEnd(
  consumer: Consumer,
  spans: Map<string, Span>,
  take: (record: TopicRecord) => void,
): Promise<void> {
  await consumer.connect();
  const topics = [...new Set([...spans.keys()].map((name) => name.slice(0, name.lastIndexOf('-'))))];
  await consumer.subscribe({ topics, fromBeginning: true });
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  consumer.on('consumer.crash', ({ payload }) => reject(payload.error));
  await consumer.run({
    autoCommit: false,
    eachBatch: async ({ batch }) => {
      const span = spans.get(`${batch.topic}-${batch.partition}`);
      if (!span) return;
      for (const message of batch.messages) {
        const offset = Number(message.offset);
        if (offset < span.next || offset >= span.end) continue;
        span.next = offset + 1;
        take({
          topic: batch.topic,
          partition: batch.partition,
          offset,
          timestamp: Number(message.timestamp),
          key: message.key?.toString() ?? '',
          value: message.value?.toString() ?? '',
          headers: message.headers ?? {},
          waiting: offset >= span.committed,
        });
      }
      if ([...spans.values()].every(({ next, end }) => next >= end)) resolve();
    },
  });
  await promise;
}

/** A record's value; undefined where it is no JSON, which a schema then refuses. */
export function readJson(value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    return undefined;
  }
}
