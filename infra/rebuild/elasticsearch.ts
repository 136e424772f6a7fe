import type { Client } from '@elastic/elasticsearch';
import { documentSchema } from '../../functions/metrics/document.ts';
import { elasticsearchDocuments } from '../../functions/metrics/documents.elasticsearch.ts';
import { indexNames } from '../../functions/metrics/fields.ts';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Document } from '../../functions/runtime/ports.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { withoutCustomer } from '../forget/documents.elasticsearch.ts';
import { forgottenOrders } from '../forget/forgotten.kafka.ts';
import { readJson } from '../json.ts';
import { putTemplates } from '../kibana/templates.ts';
import { Strange } from './strange.ts';

const chunkSize = 1000;

/** `documents`: how many Elasticsearch has been given; a sentence for each that it refuses and each record that is none. */
export type RebuiltElasticsearch = { documents: number; faults: string[]; passedOver: string[] };

/** Gives Elasticsearch every metric document that Kafka holds, a chunk at a time. One that is there already stays; what was forgotten stays so. */
export async function rebuildElasticsearch(settings: Settings): Promise<RebuiltElasticsearch> {
  const client = connectElasticsearch(settings);
  await prepare(client, settings.namespace).finally(() => client.close());
  const store = elasticsearchDocuments(settings);
  const result = { documents: 0, faults: [] as string[] };
  const strange = new Strange();
  const forgotten = await forgottenOrders(settings);
  const isForgotten = ({ body }: Document) => forgotten.has(String(body['despacho.order.id']));
  let chunk: Document[] = [];
  const flush = async () => {
    const some = chunk;
    chunk = [];
    const refused = await store.create(some);
    result.documents += some.length - refused.length;
    result.faults.push(...refused.map(({ document, reason }) => `Elasticsearch refuses ${document.id}: ${reason}`));
  };
  try {
    await readTopics(settings, [{ topic: documentsTopic }], (record) => {
      const read = documentSchema.safeParse(readJson(record.value));
      if (read.success)
        chunk.push(isForgotten(read.data) ? { ...read.data, body: withoutCustomer(read.data.body) } : read.data);
      else strange.note(record);
      return chunk.length < chunkSize ? undefined : flush();
    });
    await flush();
  } finally {
    await store.close();
  }
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
