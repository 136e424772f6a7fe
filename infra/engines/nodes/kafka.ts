import { createHash } from 'node:crypto';
import { clusterTells, nodeName, nodePorts } from '../../access/nodes.ts';
import type { Engine, Port } from '../engine.ts';
import { kafkaOf } from '../kafka.ts';

/** Every record on all three nodes, of which two must have it before it counts as written. */
const settings = {
  'default.replication.factor': '3',
  'min.insync.replicas': '2',
  'offsets.topic.replication.factor': '3',
  'transaction.state.log.replication.factor': '3',
  'transaction.state.log.min.isr': '2',
  'share.coordinator.state.topic.replication.factor': '3',
  'share.coordinator.state.topic.min.isr': '2',
};

const controllers = [9093, 9095, 9097].map((usual, index): Port => {
  return { variable: `KAFKA${index === 0 ? '' : `_${index + 1}`}_CONTROLLER_PORT`, usual };
});

/** Three brokers that are controllers too. */
export const kafkaNodes: readonly Engine[] = controllers.map((controller, index) => {
  const node = kafkaOf(nodeName('kafka', index + 1), {
    id: index + 1,
    ports: [nodePorts.kafka[index] ?? nodePorts.kafka[0], controller],
    // Of 16 bytes, as Kafka's own ids are, and the same for all nodes of a folder.
    formatting: ({ home }) => [`--cluster-id=${createHash('md5').update(home).digest('base64url')}`],
    voters: ({ port }) => controllers.map(({ variable }, at) => `${at + 1}@127.0.0.1:${port(variable)}`).join(),
    settings,
    heap: ['-Xms128m', '-Xmx256m'],
  });
  return {
    ...node,
    nodeOf: 'kafka',
    peers: [...nodePorts.kafka, ...controllers],
    tells: (site) => clusterTells.kafka(({ variable }) => site.port(variable), site.password()),
    // They end together: none could hand over what it leads.
    stopSignal: 'SIGKILL',
  };
});
