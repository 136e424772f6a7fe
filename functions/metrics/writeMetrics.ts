/**
 * Metric documents are safe once they are in Kafka, written by the invocation that they describe. `indexDocuments.ts`
 * brings them on: whatever Elasticsearch does, no order waits for it.
 */
import type { Metrics } from '../runtime/handler.ts';
import type { Document, Log } from '../runtime/ports.ts';
import { invocationDocument } from './invocationDocument.ts';
import type { Documents } from './ports.ts';
import { documentsTopic } from './topics.ts';

type Needs = Readonly<{ settings: { metrics: boolean }; log: Log }>;

/** Puts the outcome's documents, and the invocation's own, into the topic of documents: in one request with the outcome's records. */
export const writtenMetrics = ({ settings, log }: Needs): Metrics => ({
  async write(ended) {
    const { records = [], documents = [] } = ended.outcome ?? {};
    const told = settings.metrics ? [...documents, invocationDocument(ended)] : [];
    await log.publish([...records, ...told.map(documentRecord)]);
  },
});

const documentRecord = (document: Document) => ({
  topic: documentsTopic,
  key: document.id,
  value: JSON.stringify(document),
});

/** The metrics of `index` itself: in its own topic, each of its documents would call it again, for ever. */
export const ownMetrics = ({ documents, log }: Readonly<{ documents: Documents; log: Log }>): Metrics => ({
  async write(ended) {
    if (!ended.outcome) return;
    // First: where the document is refused the invocation comes again, and with it the dead letters.
    await documents.create([invocationDocument(ended)]);
    await log.publish(ended.outcome.records);
  },
});
