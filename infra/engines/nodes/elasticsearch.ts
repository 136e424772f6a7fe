import { clusterTells, nodeName, nodePorts } from '../../access/nodes.ts';
import { elasticsearchOf } from '../elasticsearch.ts';
import type { Engine, Port } from '../engine.ts';

const transports: readonly Port[] = [
  { variable: 'ELASTICSEARCH_TRANSPORT_PORT', usual: 9300 },
  { variable: 'ELASTICSEARCH_2_TRANSPORT_PORT', usual: 9301 },
];

/** Two nodes with a copy of every index each. The first is the master: while it is away documents wait in Kafka. */
export const elasticsearchNodes: readonly Engine[] = transports.map((transport, index) => {
  const name = nodeName('elasticsearch', index + 1);
  const node = elasticsearchOf(name, {
    ports: [nodePorts.elasticsearch[index] ?? nodePorts.elasticsearch[0], transport],
    settings: ({ port }) => ({
      'cluster.name': 'despacho',
      'node.name': name,
      'node.roles': index === 0 ? '[master, data]' : '[data]',
      'cluster.initial_master_nodes': nodeName('elasticsearch', 1),
      'discovery.seed_hosts': transports.map(({ variable }) => `127.0.0.1:${port(variable)}`).join(','),
    }),
  });
  return {
    ...node,
    nodeOf: 'elasticsearch',
    peers: [...nodePorts.elasticsearch, ...transports],
    tells: (site) => clusterTells.elasticsearch(({ variable }) => site.port(variable), site.password()),
  };
});
