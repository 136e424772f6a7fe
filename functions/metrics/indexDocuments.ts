/** Brings the metric documents from Kafka to Elasticsearch. Throws, and so is retried, while it cannot take them. */
import { deadLetter } from '../runtime/deadLetter.ts';
import { type Invocation, type KafkaHandler, kafkaFunction, type Outcome } from '../runtime/handler.ts';
import { once } from '../runtime/once.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { InvalidRecord, readRecords } from '../runtime/readRecords.ts';
import { readSettings } from '../settings.ts';
import { type CommonPorts, connectCommon } from './connect.ts';
import { documentSchema } from './document.ts';
import { elasticsearchDocuments } from './documents.elasticsearch.ts';
import type { Documents } from './ports.ts';
import { documentsTopic } from './topics.ts';
import { ownMetrics } from './writeMetrics.ts';

/** Everything that the function `index` can reach: it alone writes to Elasticsearch. */
export type IndexPorts = CommonPorts & Readonly<{ documents: Documents }>;

/** The ports of `index` in this process or worker, from its environment. */
const indexPorts = once((): IndexPorts => {
  const settings = readSettings();
  const ports = { ...connectCommon(settings), documents: elasticsearchDocuments(settings) };
  return { ...ports, metrics: ownMetrics(ports) };
});

async function index(records: readonly Incoming[], invocation: Invocation<IndexPorts>): Promise<Outcome> {
  const { ports } = invocation;
  const { good, dead } = readRecords(records, documentSchema, documentsTopic, invocation);
  const refused = await ports.documents.create(good.map(({ value }) => value));
  const reasons = new Map(refused.map(({ document, reason }) => [document, reason]));
  for (const { record, value } of good) {
    const reason = reasons.get(value);
    if (reason === undefined) continue;
    const error = new InvalidRecord(
      `Elasticsearch will never take it as it is (${reason}): mend its index, then redrive`,
    );
    dead.push(deadLetter(documentsTopic, record, error, invocation));
  }
  const counts = { applied: records.length - dead.length, repeated: 0, ignored: 0, dead: dead.length };
  return { counts, failed: [], records: dead, documents: [] };
}

/** The Lambda handler on the topic of documents. */
export const indexFunction = (connect: () => IndexPorts = indexPorts): KafkaHandler =>
  kafkaFunction('index', index, connect);

/**
 * On `metrics.documents`; what Elasticsearch can never take goes to `metrics.documents.dead`.
 * @throws while Elasticsearch takes no documents, or Kafka no dead letters; no document is written twice
 */
export const handler = indexFunction();
