import { Client } from '@elastic/elasticsearch';
import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import { indexNames } from '../../functions/metrics/fields.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { documentSchema } from '../../functions/metrics/writePending.ts';
import { transitionDocument } from '../../functions/orders/transitionDocument.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { putTemplates } from '../../infra/kibana/templates.ts';
import { readOrders } from './orders.ts';

const chunkSize = 1000;

/**
 * Restores the metric documents from Kafka: transitions are made again from the events, the others were kept as they
 * were. A document that is there already stays.
 * @returns how many documents Elasticsearch was given
 */
export async function rebuildElasticsearch(settings: Settings): Promise<{ documents: number }> {
  const client = new Client({ node: settings.elasticsearchUrl });
  await prepare(client, settings.namespace).finally(() => client.close());
  const documents = [...(await transitions(settings)), ...(await kept(settings))];
  const store = elasticsearchDocuments(settings);
  try {
    for (let first = 0; first < documents.length; first += chunkSize) {
      const [refused] = await store.create(documents.slice(first, first + chunkSize));
      if (refused) throw new Error(`Elasticsearch refuses document ${refused.document.id}: ${refused.reason}`);
    }
  } finally {
    await store.close();
  }
  return { documents: documents.length };
}

/**
 * Where the templates were lost while the system wrote on, Elasticsearch made indices after its own guess: nothing of
 * ours could be drawn from them. What they hold is in Kafka too.
 */
async function prepare(client: Client, namespace: string): Promise<void> {
  await putTemplates(client, namespace);
  const mappings = await client.indices.getMapping({ index: indexNames.map((name) => namespace + name) });
  const guessed = Object.entries(mappings).filter(([, { mappings }]) => mappings.dynamic !== 'strict');
  for (const [index] of guessed) await client.indices.delete({ index });
  await putTemplates(client, namespace);
}

async function transitions(settings: Settings): Promise<Document[]> {
  const told = await readOrders(settings);
  return told.flatMap(({ order, history }) =>
    history.map((step, index) => transitionDocument(order, step, history[index - 1]?.at ?? order.placedAt)),
  );
}

async function kept(settings: Settings): Promise<Document[]> {
  const documents: Document[] = [];
  await readTopics(settings, [{ topic: documentsTopic }], ({ value }) => {
    documents.push(documentSchema.parse(JSON.parse(value)));
  });
  return documents;
}
