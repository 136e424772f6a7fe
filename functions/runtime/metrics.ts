/**
 * Metric documents on their way to Elasticsearch: one bulk call, written by the invocation that they describe.
 * What Elasticsearch cannot take now waits in Kafka, where the function `index` finds it; orders go on.
 */
import { deadTopic, invocationsTopic, pendingTopic } from '../orders/topics.ts';
import type { Ports } from './ports.connected.ts';
import type { Document, LogRecord } from './ports.ts';

/** How long Elasticsearch is left alone after it failed, so that its time-outs do not slow the orders. */
const restMilliseconds = 2000;
let restUntil = 0;

/**
 * Resolves when every document is in Elasticsearch or in Kafka.
 * @throws when Kafka is away too
 */
export async function writeMetrics(ports: Ports, documents: readonly Document[], invocation: Document): Promise<void> {
  if (!ports.settings.metrics) return;
  const kept = ports.log.publish([{ topic: invocationsTopic, key: invocation.id, value: JSON.stringify(invocation) }]);
  const [, written] = await Promise.allSettled([kept, create(ports, [...documents, invocation])]);
  await kept;
  if (written.status === 'rejected') throw written.reason;
}

async function create(ports: Ports, documents: readonly Document[]): Promise<void> {
  if (ports.clock() < restUntil) return ports.log.publish(documents.map(pending));
  try {
    const refused = await ports.documents.create(documents);
    if (refused.length > 0)
      await ports.log.publish(refused.map(({ document, reason }) => refusedRecord(document, reason)));
  } catch (error) {
    restUntil = ports.clock() + restMilliseconds;
    console.warn(`Elasticsearch is away, ${documents.length} metric documents wait in Kafka: ${error}`);
    await ports.log.publish(documents.map(pending));
  }
}

const pending = (document: Document): LogRecord => ({
  topic: pendingTopic,
  key: document.id,
  value: JSON.stringify(document),
});

/** A document that Elasticsearch will never take: a fault of ours, kept to be looked at. */
export const refusedRecord = (document: Document, reason: string): LogRecord => ({
  ...pending(document),
  topic: deadTopic(pendingTopic),
  headers: { 'dead.reason': reason, 'dead.condition': 'RejectedByElasticsearch', 'dead.at': new Date().toISOString() },
});
