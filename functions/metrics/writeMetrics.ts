/**
 * Metric documents on their way to Elasticsearch: one bulk call, written by the invocation that they describe.
 * What Elasticsearch cannot take now waits in Kafka, where `writePending.ts` finds it; orders go on.
 */
import { deadTopic } from '../runtime/deadLetter.ts';
import type { Metrics } from '../runtime/handler.ts';
import type { Clock, Document, Log, LogRecord } from '../runtime/ports.ts';
import { invocationDocument } from './invocationDocument.ts';
import type { Documents } from './ports.ts';
import { documentsTopic, pendingTopic } from './topics.ts';

/** How long Elasticsearch is left alone after it failed, so that its time-outs do not slow the orders. */
const restMilliseconds = 2000;

type Needs = Readonly<{ settings: { metrics: boolean }; clock: Clock; log: Log; documents: Documents }>;

/** Metrics that are safe once they are in Elasticsearch or in Kafka. */
export function writtenMetrics({ settings, clock, log, documents }: Needs): Metrics {
  let restUntil = 0;
  const create = async (all: readonly Document[]): Promise<void> => {
    const pending = () => log.publish(all.map((document) => documentRecord(pendingTopic, document)));
    if (clock() < restUntil) return pending();
    try {
      const refused = await documents.create(all);
      if (refused.length > 0) await log.publish(refused.map(({ document, reason }) => refusedRecord(document, reason)));
    } catch (error) {
      restUntil = clock() + restMilliseconds;
      console.warn(`Elasticsearch is away, ${all.length} metric documents wait in Kafka: ${error}`);
      await pending();
    }
  };
  return {
    async write(ended) {
      if (!settings.metrics) return;
      const all = [...(ended.outcome?.documents ?? []), invocationDocument(ended)];
      // Transitions can be made again from `orders.events`; what no event tells is kept in Kafka too.
      const untold = all.filter(({ index }) => index !== 'despacho-transitions');
      const results = await Promise.allSettled([
        log.publish(untold.map((document) => documentRecord(documentsTopic, document))),
        create(all),
      ]);
      for (const result of results) if (result.status === 'rejected') throw result.reason;
    },
  };
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
