import type { Cluster } from '../cluster.ts';
import type { NewTopic } from '../controller.ts';
import { isTopicName, type Topic } from '../topics.ts';
import { throttleTime } from '../wire/api.ts';
import type { Request } from '../wire/apis.ts';
import { errorCode } from '../wire/errors.ts';
import type { Handler } from './asked.ts';

function describeTopic(topic: Topic, cluster: Cluster) {
  const partitions = topic.partitions.map(({ leader, replicas }, partition) => ({
    errorCode: errorCode(leader === undefined ? 'LEADER_NOT_AVAILABLE' : 'NONE'),
    partition,
    leader: leader ?? -1,
    replicas,
    inSync: replicas.filter((id) => !cluster.node(id).fenced),
    offline: replicas.filter((id) => cluster.node(id).fenced),
  }));
  return { errorCode: 0, topic: topic.name, internal: false, partitions };
}

export const metadata: Handler<'Metadata'> = ({ topics, mayCreate }, { cluster }) => {
  const { settings } = cluster;
  const describe = (name: string) => {
    const topic = cluster.topics.get(name);
    if (topic) return describeTopic(topic, cluster);
    const creates = settings.autoCreateTopics && mayCreate && isTopicName(name);
    if (creates) {
      const usual = { name, partitions: -1, replicationFactor: -1, config: new Map() };
      cluster.controller.create(usual, settings.metadataDelay);
    }
    const error = isTopicName(name) ? 'UNKNOWN_TOPIC_OR_PARTITION' : 'INVALID_TOPIC_EXCEPTION';
    return { errorCode: errorCode(error), topic: name, internal: false, partitions: [] };
  };
  const known = cluster.nodes.filter(({ fenced }) => !fenced);
  const brokers = known.map(({ id, host, port }) => ({ nodeId: id, host, port, rack: null }));
  return {
    throttleTime,
    brokers,
    clusterId: 'simulated',
    controllerId: brokers[0]?.nodeId ?? -1,
    topics: (topics ?? [...cluster.topics.keys()]).map(describe),
  };
};

type Wanted = Request<'CreateTopics'>['topics'][number];

function newTopic({ topic, partitions, replicationFactor, assignments, config }: Wanted): NewTopic {
  return {
    name: topic,
    partitions: assignments.length > 0 ? assignments.length : partitions,
    replicationFactor: assignments[0]?.replicas.length ?? replicationFactor,
    config: new Map(config.map(({ name, value }) => [name, value ?? ''])),
  };
}

export const createTopics: Handler<'CreateTopics'> = ({ topics, validateOnly }, { cluster }) => ({
  throttleTime,
  topics: topics.map((wanted) => {
    const { controller, settings } = cluster;
    const topic = newTopic(wanted);
    const twice = topics.filter((one) => one.topic === wanted.topic).length > 1;
    const decided = () =>
      validateOnly ? controller.mayCreate(topic) : controller.create(topic, settings.metadataDelay);
    return { topic: wanted.topic, errorCode: errorCode(twice ? 'INVALID_REQUEST' : decided()), errorMessage: null };
  }),
});

export const deleteTopics: Handler<'DeleteTopics'> = ({ topics }, { cluster }) => ({
  throttleTime,
  topics: topics.map((topic) => ({
    topic,
    errorCode: errorCode(cluster.controller.delete(topic, cluster.settings.metadataDelay)),
  })),
});

export const createPartitions: Handler<'CreatePartitions'> = ({ topics, validateOnly }, { cluster }) => ({
  throttleTime,
  topics: topics.map(({ topic, count }) => {
    const { controller, settings } = cluster;
    const error = validateOnly
      ? controller.mayGrow(topic, count)
      : controller.grow(topic, count, settings.metadataDelay);
    return { topic, errorCode: errorCode(error), errorMessage: null };
  }),
});
