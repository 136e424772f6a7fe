import type { Index } from '../../functions/metrics/fields.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Settings } from '../../functions/settings.ts';

/** The documents of one index that hold these values; all without a filter, 10,000 at most. */
export async function documentsOf(
  settings: Settings,
  index: Index,
  filter: Record<string, string>,
): Promise<Record<string, unknown>[]> {
  const elasticsearch = connectElasticsearch(settings);
  const name = settings.namespace + index;
  const query = { bool: { filter: Object.entries(filter).map(([field, value]) => ({ term: { [field]: value } })) } };
  try {
    await elasticsearch.indices.refresh({ index: name });
    const found = await elasticsearch.search<Record<string, unknown>>({ index: name, query, size: 10_000 });
    return found.hits.hits.map(({ _source }) => _source ?? {});
  } finally {
    await elasticsearch.close();
  }
}
