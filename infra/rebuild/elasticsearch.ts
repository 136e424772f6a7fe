import type { Client } from '@elastic/elasticsearch';
import { documentSchema } from '../../functions/metrics/document.ts';
import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import { indexNames } from '../../functions/metrics/fields.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import type { TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../clock.ts';
import { withoutCustomer } from '../forget/documents.elasticsearch.ts';
import { forgottenOrders } from '../forget/forgotten.kafka.ts';
import { readJson } from '../json.ts';
import { putTemplates } from '../kibana/templates.ts';
import { keptFrom } from './oldDocuments.ts';
import { readDocuments } from './readDocuments.ts';
import { Strange } from './strange.ts';

const chunkSize = 1000;

/** `documents`: how many Elasticsearch has been given; a sentence for each that it refuses and each record that is none. */
type RebuiltElasticsearch = { documents: number; faults: string[]; passedOver: string[] };

/** Gives Elasticsearch every metric document that Kafka holds, a chunk at a time, but for those that are too old. One that is there already stays; what was forgotten stays so. */
export async function rebuildElasticsearch(settings: Settings): Promise<RebuiltElasticsearch> {
  const client = connectElasticsearch(settings);
  await prepare(client, settings.namespace).finally(() => client.close());
  const store = elasticsearchDocuments(settings);
  const result = { documents: 0, faults: [] as string[] };
  const strange = new Strange();
  const from = keptFrom(settings, systemClock.now());
  const forgotten = await forgottenOrders(settings);
  const isForgotten = ({ body }: Document) => forgotten.has(String(body['despacho.order.id']));
  const documentIn = (record: TopicRecord): Document | undefined => {
    const { data } = documentSchema.safeParse(readJson(record.value));
    if (!data) return void strange.note(record);
    if (Date.parse(String(data.body['@timestamp'])) < from) return undefined;
    return isForgotten(data) ? { ...data, body: withoutCustomer(data.body) } : data;
  };
  await readDocuments(settings, chunkSize, documentIn, async (documents) => {
    const refused = await store.create(documents);
    result.documents += documents.length - refused.length;
    result.faults.push(...refused.map(({ document, reason }) => `Elasticsearch refuses ${document.id}: ${reason}`));
  }).finally(() => store.close());
  return { ...result, passedOver: strange.places };
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
