import { Client, type ClientOptions } from '@elastic/elasticsearch';
import { elasticsearchOptions } from '../../infra/access/clientOptions.ts';
import type { EngineAccess } from '../../infra/access/ownEngines.ts';

/** What has to be known of an Elasticsearch to reach it: of several nodes the addresses, with commas between them. */
type ElasticsearchAccess = Readonly<{ elasticsearchUrl: string; access: EngineAccess }>;

/** A client of its own connections. @param patience how often, and how many ms, it tries: the client's own unless given */
export const connectElasticsearch = (
  { elasticsearchUrl, access }: ElasticsearchAccess,
  patience: Pick<ClientOptions, 'maxRetries' | 'requestTimeout'> = {},
): Client => new Client({ ...patience, ...elasticsearchOptions(elasticsearchUrl, access) });
