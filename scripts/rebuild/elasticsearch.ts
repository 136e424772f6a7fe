import { Client } from '@elastic/elasticsearch';
import { transitionDocument } from '../../functions/metrics/documents.ts';
import { documentSchema } from '../../functions/metrics/index.ts';
import { documentsTopic } from '../../functions/orders/topics.ts';
import { elasticsearchDocuments } from '../../functions/runtime/documents.elasticsearch.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import type { Settings } from '../../functions/runtime/settings.ts';
import { putTemplates } from '../../infra/kibana/templates.ts';
import { readTopics } from '../readTopics.ts';
import { readOrders } from './orders.ts';

const chunkSize = 1000;

/**
 * Restores the metric documents from Kafka: transitions are made again from the events, the others were kept as they
 * were. A document that is there already stays.
 * @returns how many documents Elasticsearch was given
 */
export async function rebuildElasticsearch(settings: Settings): Promise<{ documents: number }> {
  const client = new Client({ node: settings.elasticsearchUrl });
  await putTemplates(client, settings.namespace).finally(() => client.close());
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
