import { once } from '../runtime/once.ts';
import { readSettings } from '../settings.ts';
import { type CommonPorts, connectCommon } from './connect.ts';
import { elasticsearchDocuments } from './documents.elasticsearch.ts';
import type { Documents } from './ports.ts';
import { ownMetrics } from './writeMetrics.ts';

/** Everything that the function `index` can reach: it alone writes to Elasticsearch. */
export type IndexPorts = CommonPorts & Readonly<{ documents: Documents }>;

/** The ports of `index` in this process or worker, from its environment. */
export const indexPorts = once((): IndexPorts => {
  const settings = readSettings();
  const ports = { ...connectCommon(settings), documents: elasticsearchDocuments(settings) };
  return { ...ports, metrics: ownMetrics(ports) };
});
