/** What Elasticsearch says of the orders' steps. */
import { errors } from '@elastic/elasticsearch';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Settings } from '../../functions/settings.ts';
import type { Evidence } from './evidence.ts';

export const transitionsIndex = 'despacho-transitions';

/** Adds the documents of the placed orders' steps. @param since ms since 1970; undefined reads everything */
export async function gatherDocuments(
  settings: Settings,
  { run, since }: Readonly<{ run: string | undefined; since: number | undefined }>,
  { documents, placed, unseen }: Evidence,
): Promise<void> {
  const client = connectElasticsearch(settings);
  const index = settings.namespace + transitionsIndex;
  const filter = [
    ...(run === undefined ? [] : [{ term: { 'despacho.run': run } }]),
    ...(since === undefined ? [] : [{ range: { '@timestamp': { gte: new Date(since).toISOString() } } }]),
  ];
  try {
    await client.indices.refresh({ index });
    const query = { bool: { filter } };
    const pages = client.helpers.scrollSearch({ index, size: 5000, _source: false, query, sort: ['_doc'] });
    for await (const { body } of pages) {
      for (const { _id: id } of body.hits.hits)
        if (id && placed.has(id.slice(0, id.lastIndexOf('-')))) documents.add(id);
    }
  } catch (error) {
    if (!(error instanceof errors.ConnectionError || error instanceof errors.TimeoutError)) throw error;
    unseen.documents = 'no Elasticsearch answers at ELASTICSEARCH_URL';
  } finally {
    await client.close();
  }
}
