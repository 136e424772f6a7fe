import type { ClusterState } from './clusterState.ts';
import type { Groups } from './groups/groups.ts';
import { badSetting, isTopicName, newPartition, type Topic } from './topics.ts';

export type NewTopic = Readonly<{
  name: string;
  /** −1 for the cluster's own number. */
  partitions: number;
  replicationFactor: number;
  config: ReadonlyMap<string, string>;
}>;

/** Decides on topics. What it has decided brokers know of after a delay, in ms; all it returns are names of errors, or NONE. */
export class Controller {
  readonly #cluster: ClusterState;
  readonly #groups: Groups;
  /** The number of partitions of each topic that there is, or is about to be. */
  readonly #decided = new Map<string, number>();

  constructor(cluster: ClusterState, groups: Groups) {
    this.#cluster = cluster;
    this.#groups = groups;
  }

  create(wanted: NewTopic, delay: number): string {
    const { name, config } = wanted;
    const error = this.mayCreate(wanted);
    if (error !== 'NONE') return error;
    const count = this.#partitions(wanted);
    const factor = this.#replicas(wanted);
    this.#decided.set(name, count);
    this.#later(delay, () => {
      const topic = { name, partitions: [], config: new Map(config) };
      this.#cluster.topics.set(name, topic);
      this.#fill(topic, count, factor);
      this.#tell(`topic ${name} made with ${count} partitions`);
    });
    return 'NONE';
  }

  mayCreate(wanted: NewTopic): string {
    const factor = this.#replicas(wanted);
    if (!isTopicName(wanted.name)) return 'INVALID_TOPIC_EXCEPTION';
    if (this.#decided.has(wanted.name)) return 'TOPIC_ALREADY_EXISTS';
    if (this.#partitions(wanted) <= 0) return 'INVALID_PARTITIONS';
    if (factor <= 0 || factor > this.#cluster.nodes.length) return 'INVALID_REPLICATION_FACTOR';
    return [...wanted.config].some(([name, value]) => badSetting(name, value)) ? 'INVALID_CONFIG' : 'NONE';
  }

  #partitions({ partitions }: NewTopic): number {
    return partitions === -1 ? this.#cluster.settings.defaultPartitions : partitions;
  }

  #replicas({ replicationFactor }: NewTopic): number {
    const { settings, nodes } = this.#cluster;
    return replicationFactor === -1 ? Math.min(settings.defaultReplicationFactor, nodes.length) : replicationFactor;
  }

  grow(name: string, count: number, delay: number): string {
    const error = this.mayGrow(name, count);
    if (error !== 'NONE') return error;
    this.#decided.set(name, count);
    this.#later(delay, () => {
      const topic = this.#cluster.topics.get(name);
      if (topic) this.#fill(topic, count, topic.partitions[0]?.replicas.length ?? 1);
      this.#tell(`topic ${name} grown to ${count} partitions`);
    });
    return 'NONE';
  }

  mayGrow(name: string, count: number): string {
    const decided = this.#decided.get(name);
    if (decided === undefined) return 'UNKNOWN_TOPIC_OR_PARTITION';
    return count <= decided ? 'INVALID_PARTITIONS' : 'NONE';
  }

  delete(name: string, delay: number): string {
    if (!this.#decided.delete(name)) return 'UNKNOWN_TOPIC_OR_PARTITION';
    this.#later(delay, () => {
      this.#cluster.topics.delete(name);
      this.#groups.forgetTopic(name);
      this.#tell(`topic ${name} deleted`);
    });
    return 'NONE';
  }

  /** Puts the settings in the place of all that the topic had. */
  alter(name: string, config: ReadonlyMap<string, string>, delay: number): string {
    const error = this.mayAlter(name, config);
    if (error !== 'NONE') return error;
    this.#later(delay, () => {
      const topic = this.#cluster.topics.get(name);
      if (topic) topic.config = new Map(config);
      this.#tell(`topic ${name} has other settings`);
    });
    return 'NONE';
  }

  mayAlter(name: string, config: ReadonlyMap<string, string>): string {
    if (!this.#decided.has(name)) return 'UNKNOWN_TOPIC_OR_PARTITION';
    return [...config].some(([setting, value]) => badSetting(setting, value)) ? 'INVALID_CONFIG' : 'NONE';
  }

  #fill(topic: Topic, count: number, replicationFactor: number): void {
    const { nodes } = this.#cluster;
    const brokers = nodes.map(({ id }) => id);
    while (topic.partitions.length < count) {
      const added = newPartition(topic.partitions.length, brokers, replicationFactor);
      added.leader = added.replicas.find((id) => this.#cluster.node(id).up);
      topic.partitions.push(added);
    }
  }

  #later(delay: number, effect: () => void): void {
    const decide = () => {
      effect();
      this.#cluster.changed();
    };
    if (delay === 0) decide();
    else this.#cluster.timers.after(delay, decide);
  }

  #tell(text: string): void {
    this.#cluster.trace.add('log', text);
  }
}
