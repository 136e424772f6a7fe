import type { Cluster } from '../cluster.ts';
import { badSetting, isTopicName, type Topic } from '../topics.ts';
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
    if (creates) cluster.createTopic(name);
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

type NewTopic = Request<'CreateTopics'>['topics'][number];

/** @returns the name of the error and what it is about */
function createTopic(wanted: NewTopic, cluster: Cluster, validateOnly: boolean): readonly [string, string | null] {
  const { topic, partitions, replicationFactor, assignments, config } = wanted;
  const flaw = config.map(({ name, value }) => badSetting(name, value ?? '')).find((one) => one !== undefined);
  if (cluster.topics.has(topic)) return ['TOPIC_ALREADY_EXISTS', `Topic '${topic}' already exists.`];
  if (flaw && isTopicName(topic)) return ['INVALID_CONFIG', flaw];
  const settings = new Map(config.map(({ name, value }) => [name, value ?? '']));
  const count = assignments.length > 0 ? assignments.length : partitions;
  const factor = assignments[0]?.replicas.length ?? replicationFactor;
  const made = cluster.createTopic(topic, { partitions: count, replicationFactor: factor, config: settings });
  if (typeof made === 'string') return [made, null];
  if (validateOnly) cluster.deleteTopic(topic);
  return ['NONE', null];
}

export const createTopics: Handler<'CreateTopics'> = ({ topics, validateOnly }, { cluster }) => ({
  throttleTime,
  topics: topics.map((wanted) => {
    const twice = topics.filter(({ topic }) => topic === wanted.topic).length > 1;
    const [error, errorMessage] = twice
      ? ['INVALID_REQUEST', 'Duplicate topic name.']
      : createTopic(wanted, cluster, validateOnly);
    return { topic: wanted.topic, errorCode: errorCode(error ?? 'NONE'), errorMessage: errorMessage ?? null };
  }),
});

export const deleteTopics: Handler<'DeleteTopics'> = ({ topics }, { cluster }) => ({
  throttleTime,
  topics: topics.map((topic) => ({ topic, errorCode: errorCode(cluster.deleteTopic(topic)) })),
});

export const createPartitions: Handler<'CreatePartitions'> = ({ topics, validateOnly }, { cluster }) => ({
  throttleTime,
  topics: topics.map(({ topic, count }) => {
    const known = cluster.topics.get(topic);
    const fits = known && count > known.partitions.length;
    const error = !validateOnly
      ? cluster.growTopic(topic, count)
      : known
        ? 'INVALID_PARTITIONS'
        : 'UNKNOWN_TOPIC_OR_PARTITION';
    return { topic, errorCode: errorCode(validateOnly && fits ? 'NONE' : error), errorMessage: null };
  }),
});
