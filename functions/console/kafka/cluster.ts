/** What the cluster holds: topics, partitions, offsets; consumer groups and how far they are behind. */
import type { Admin, ITopicMetadata } from 'kafkajs';
import { whereGone } from '../../../infra/kafkajs/kafkajs.ts';

/** `name` is as in Kafka. `leader` is the id of a broker, `replicas` counts them. */
export type TopicInfo = Readonly<{
  name: string;
  /** Offsets of the oldest record that is kept and of the next one to come. */
  partitions: readonly { partition: number; low: number; high: number; leader: number; replicas: number }[];
}>;

/** Names are as in Kafka, with the namespace; `state` is Kafka's word, such as Stable or Empty. Lag is in records. */
export type GroupInfo = Readonly<{
  name: string;
  state: string;
  members: number;
  topics: readonly {
    topic: string;
    lag: number;
    /** `committed` is null where the group has committed nothing of the partition. */
    partitions: readonly { partition: number; committed: number | null; high: number; lag: number }[];
  }[];
}>;

/** Both sorted by name. At most 300 topics, and a group's lag only on those. */
export type Cluster = Readonly<{ topics: readonly TopicInfo[]; groups: readonly GroupInfo[] }>;

/** Clusters with more topics than this are shown in part: each costs two requests. */
const mostTopics = 300;

/**
 * @param prefix what the names of topics and groups begin with; '' for all
 * @param only topics, and the groups that have committed something of them; without it, all
 * @throws when Kafka does not answer
 */
export async function describeCluster(admin: Admin, prefix: string, only?: readonly string[]): Promise<Cluster> {
  const isShown = (name: string) => name.startsWith(prefix) && (only?.includes(name) ?? true);
  const described = (await admin.fetchTopicMetadata()).topics.filter(({ name }) => isShown(name));
  const shown = described.sort((a, b) => a.name.localeCompare(b.name)).slice(0, mostTopics);
  // One that is deleted while we look is left out.
  const found = await Promise.all(shown.map((one) => topicInfo(admin, one).catch(whereGone(undefined))));
  const topics = found.filter((one) => one !== undefined);
  const groups = (await groupsOf(admin, prefix, topics)).filter((group) => !only || group.topics.length > 0);
  return { topics, groups };
}

async function topicInfo(admin: Admin, { name, partitions }: ITopicMetadata): Promise<TopicInfo> {
  const offsets = new Map((await admin.fetchTopicOffsets(name)).map((one) => [one.partition, one]));
  return {
    name,
    partitions: partitions
      .map(({ partitionId: partition, leader, replicas }) => ({
        partition,
        low: Number(offsets.get(partition)?.low ?? 0),
        high: Number(offsets.get(partition)?.high ?? 0),
        leader,
        replicas: replicas.length,
      }))
      .sort((a, b) => a.partition - b.partition),
  };
}

async function groupsOf(admin: Admin, prefix: string, topics: readonly TopicInfo[]): Promise<GroupInfo[]> {
  const { groups: listed } = await admin.listGroups();
  const names = listed.map(({ groupId }) => groupId).filter((name) => name.startsWith(prefix));
  if (names.length === 0) return [];
  const { groups } = await admin.describeGroups(names);
  const found = await Promise.all(
    groups.map(async ({ groupId: name, state, members }) => {
      const committed = await admin.fetchOffsets({ groupId: name });
      return { name, state, members: members.length, topics: committed.flatMap((one) => lagOf(one, topics)) };
    }),
  );
  return found.sort((a, b) => a.name.localeCompare(b.name));
}

type Committed = { topic: string; partitions: { partition: number; offset: string }[] };

function lagOf({ topic, partitions }: Committed, topics: readonly TopicInfo[]): GroupInfo['topics'] {
  const info = topics.find(({ name }) => name === topic);
  if (!info) return [];
  const offsets = new Map(partitions.map(({ partition, offset }) => [partition, Number(offset)]));
  const shown = info.partitions.map(({ partition, low, high }) => {
    const offset = offsets.get(partition) ?? -1;
    // What was deleted before the group read it is no longer to be read.
    return { partition, committed: offset < 0 ? null : offset, high, lag: Math.max(0, high - Math.max(low, offset)) };
  });
  return [{ topic, lag: shown.reduce((sum, { lag }) => sum + lag, 0), partitions: shown }];
}
