/** How long Elasticsearch keeps what Kafka has for ever: by our own doing, since not every distribution has a lifecycle of indices. */
import type { Client } from '@elastic/elasticsearch';
import { indexNames } from '../../functions/metrics/fields.ts';
import { connectElasticsearch } from '../../functions/runtime/connection.elasticsearch.ts';
import type { Settings } from '../../functions/settings.ts';
import type { Clock, Timer } from '../clock.ts';

const day = 86_400_000;
const lookEvery = 3_600_000;
const atOnce = 5000;

type Kept = Pick<Settings, 'namespace' | 'keepDocuments'>;

/** @returns what a document's moment has to be for it to be kept, ms since 1970; 0 where all are */
export const keptFrom = ({ keepDocuments }: Pick<Settings, 'keepDocuments'>, now: number): number =>
  keepDocuments === undefined ? 0 : now - keepDocuments * day;

/** Removes, from all indices, the documents that are too old. @returns how many */
export async function removeOldDocuments(client: Client, settings: Kept, now: number): Promise<number> {
  const index = indexNames.map((name) => settings.namespace + name);
  const range = { '@timestamp': { lt: new Date(keptFrom(settings, now)).toISOString() } };
  for (let count = 0; ; ) {
    const found = await client.search({
      index,
      ignore_unavailable: true,
      size: atOnce,
      _source: false,
      query: { range },
    });
    const operations = found.hits.hits.map(({ _index, _id = '' }) => ({ delete: { _index, _id } }));
    if (operations.length === 0) return count;
    const { errors, items } = await client.bulk({ operations, refresh: true });
    const fault = errors && items.find((item) => item.delete?.error)?.delete?.error;
    if (fault) throw new Error(`${fault.type}: ${fault.reason}`);
    count += operations.length;
  }
}

/** Does so now and every hour until it is cancelled; what fails is tried again then. */
export function removeOldOnes(
  settings: Kept & Pick<Settings, 'elasticsearchUrl' | 'access'>,
  { clock, warn }: { clock: Clock; warn(line: string): void },
): Timer {
  const remove = () => {
    const client = connectElasticsearch(settings);
    removeOldDocuments(client, settings, clock.now())
      .catch((error: Error) => warn(`Old documents stay in Elasticsearch for another hour: ${error.message}`))
      .finally(() => client.close());
  };
  remove();
  return clock.every(lookEvery, remove);
}
