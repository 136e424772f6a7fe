/**
 * Metric documents on their way to Elasticsearch: one bulk call, written by the invocation that they describe.
 * What Elasticsearch cannot take now waits in Kafka, where the function `index` finds it; orders go on.
 */
import { deadTopic, documentsTopic, pendingTopic } from '../orders/topics.ts';
import type { Ports } from '../runtime/ports.connected.ts';
import type { Document, LogRecord } from '../runtime/ports.ts';

/** How long Elasticsearch is left alone after it failed, so that its time-outs do not slow the orders. */
const restMilliseconds = 2000;
let restUntil = 0;

/**
 * Resolves when every document is in Elasticsearch or in Kafka.
 * @throws when Kafka is away too
 */
export async function writeMetrics(ports: Ports, documents: readonly Document[], invocation: Document): Promise<void> {
  if (!ports.settings.metrics) return;
  const all = [...documents, invocation];
  // Transitions can be made again from `orders.events`; what no event tells is kept in Kafka too.
  const untold = all.filter(({ index }) => index !== 'despacho-transitions');
  const results = await Promise.allSettled([
    ports.log.publish(untold.map((document) => documentRecord(documentsTopic, document))),
    create(ports, all),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
}

async function create(ports: Ports, documents: readonly Document[]): Promise<void> {
  if (ports.clock() < restUntil)
    return ports.log.publish(documents.map((document) => documentRecord(pendingTopic, document)));
  try {
    const refused = await ports.documents.create(documents);
    if (refused.length > 0)
      await ports.log.publish(refused.map(({ document, reason }) => refusedRecord(document, reason)));
  } catch (error) {
    restUntil = ports.clock() + restMilliseconds;
    console.warn(`Elasticsearch is away, ${documents.length} metric documents wait in Kafka: ${error}`);
    await ports.log.publish(documents.map((document) => documentRecord(pendingTopic, document)));
  }
}

const documentRecord = (topic: string, document: Document): LogRecord => ({
  topic,
  key: document.id,
  value: JSON.stringify(document),
});

/** A document that Elasticsearch will never take: a fault of ours, kept to be looked at. */
export const refusedRecord = (document: Document, reason: string): LogRecord => ({
  ...documentRecord(deadTopic(pendingTopic), document),
  headers: { 'dead.reason': reason, 'dead.condition': 'RejectedByElasticsearch', 'dead.at': new Date().toISOString() },
});
