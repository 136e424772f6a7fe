import type { Client } from '@elastic/elasticsearch';
import { indexNames, indices } from '../../functions/metrics/fields.ts';

/** One index template for each index, made from the table of fields. An unknown field is refused (`strict`). */
export function indexTemplates(namespace: string) {
  return indexNames.map((name) => ({
    name: `${namespace}${name}`,
    index_patterns: [`${namespace}${name}`],
    template: {
      // A copy on a second node where there is one; a single node would wait for it for ever.
      settings: { number_of_shards: 1, auto_expand_replicas: '0-1', refresh_interval: '1s' },
      mappings: {
        dynamic: 'strict' as const,
        properties: Object.fromEntries(Object.entries(indices[name]).map(([field, { type }]) => [field, { type }])),
      },
    },
    priority: 200,
  }));
}

/**
 * Puts the templates and makes the indices, so that a search before the first document finds an empty one. All at once:
 * Elasticsearch then writes one new state of the cluster for several of them.
 */
export async function putTemplates(client: Client, namespace: string): Promise<void> {
  const put = indexTemplates(namespace).map(async ({ name, ...template }) => {
    await client.indices.putIndexTemplate({ name, ...template });
    await client.indices.create({ index: name }, { ignore: [400] });
  });
  await Promise.all(put);
}
