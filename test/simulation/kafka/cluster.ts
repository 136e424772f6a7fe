/** The state that all brokers of a simulated cluster share, as if they told each other at once. */
import type { Random } from '../random.ts';
import { Groups } from './groups/groups.ts';
import { Timers } from './timers.ts';
import { isTopicName, newPartition, type Partition, type Topic } from './topics.ts';
import { Trace } from './trace.ts';
import { Transactions } from './transactions/transactions.ts';

export type Node = {
  readonly id: number;
  readonly host: string;
  readonly port: number;
  up: boolean;
  /** The others know that it is down. */
  fenced: boolean;
  /** It answers nothing until then: ms since 1970. */
  frozenUntil: number;
};

/** Settings of the whole cluster; times in ms. */
export type ClusterSettings = Readonly<{
  /** Whether asking for an unknown topic makes it. */
  autoCreateTopics: boolean;
  defaultPartitions: number;
  defaultReplicationFactor: number;
  /** So long a group that had no member waits for others. */
  initialRebalanceDelay: number;
  leastSessionTimeout: number;
  mostSessionTimeout: number;
  /** Until leaders and coordinators of a broker that is down are others, if there are any. */
  failover: number;
  /** So long a new coordinator reads before it answers. */
  coordinatorLoad: number;
  /** From the end of a transaction to its markers in the logs. */
  markerDelay: number;
}>;

export const usualSettings: ClusterSettings = {
  autoCreateTopics: false,
  defaultPartitions: 1,
  defaultReplicationFactor: 3,
  initialRebalanceDelay: 0,
  leastSessionTimeout: 6000,
  mostSessionTimeout: 1_800_000,
  failover: 200,
  coordinatorLoad: 20,
  markerDelay: 2,
};

export class Cluster {
  readonly random: Random;
  readonly settings: ClusterSettings;
  readonly nodes: readonly Node[];
  readonly topics = new Map<string, Topic>();
  readonly timers = new Timers();
  readonly trace = new Trace();
  readonly groups: Groups;
  readonly transactions: Transactions;
  readonly #waiting = new Set<() => void>();

  constructor(random: Random, brokers: number, settings: Partial<ClusterSettings>) {
    this.random = random;
    this.settings = { ...usualSettings, ...settings };
    this.nodes = Array.from({ length: brokers }, (_, index) => {
      return { id: index + 1, host: `broker-${index + 1}`, port: 9092, up: true, fenced: false, frozenUntil: 0 };
    });
    this.groups = new Groups(this);
    this.transactions = new Transactions(this);
  }

  get up(): Node[] {
    return this.nodes.filter(({ up }) => up);
  }

  /** @throws RangeError */
  node(id: number): Node {
    const node = this.nodes.find((one) => one.id === id);
    if (!node) throw new RangeError(`there is no broker ${id}; there are ${this.nodes.map((one) => one.id)}`);
    return node;
  }

  partition(topic: string, partition: number): Partition | undefined {
    return this.topics.get(topic)?.partitions[partition];
  }

  /** The log of a partition that this broker serves, or the name of the error that it answers. */
  served(node: Node, topic: string, partition: number): Partition | string {
    const found = this.partition(topic, partition);
    if (!found) return 'UNKNOWN_TOPIC_OR_PARTITION';
    if (found.leader === node.id) return found;
    return 'NOT_LEADER_FOR_PARTITION';
  }

  /** @returns the topic, or the name of the error */
  createTopic(
    name: string,
    of: { partitions?: number; replicationFactor?: number; config?: ReadonlyMap<string, string> } = {},
  ): Topic | string {
    const { partitions = -1, replicationFactor = -1, config } = of;
    if (!isTopicName(name)) return 'INVALID_TOPIC_EXCEPTION';
    if (this.topics.has(name)) return 'TOPIC_ALREADY_EXISTS';
    const count = partitions === -1 ? this.settings.defaultPartitions : partitions;
    const factor =
      replicationFactor === -1
        ? Math.min(this.settings.defaultReplicationFactor, this.nodes.length)
        : replicationFactor;
    if (count <= 0) return 'INVALID_PARTITIONS';
    if (factor <= 0 || factor > this.nodes.length) return 'INVALID_REPLICATION_FACTOR';
    const topic = { name, partitions: [], config: new Map(config) };
    this.topics.set(name, topic);
    this.#addPartitions(topic, count, factor);
    this.trace.add('log', `topic ${name} made with ${count} partitions`);
    return topic;
  }

  #addPartitions(topic: Topic, count: number, replicationFactor: number): void {
    const brokers = this.nodes.map(({ id }) => id);
    while (topic.partitions.length < count) {
      const added = newPartition(topic.partitions.length, brokers, replicationFactor);
      added.leader = added.replicas.find((id) => this.node(id).up);
      topic.partitions.push(added);
    }
    this.changed();
  }

  /** @returns the name of the error, or NONE */
  growTopic(name: string, count: number): string {
    const topic = this.topics.get(name);
    if (!topic) return 'UNKNOWN_TOPIC_OR_PARTITION';
    if (count <= topic.partitions.length) return 'INVALID_PARTITIONS';
    this.#addPartitions(topic, count, topic.partitions[0]?.replicas.length ?? 1);
    this.trace.add('log', `topic ${name} grown to ${count} partitions`);
    return 'NONE';
  }

  /** @returns the name of the error, or NONE */
  deleteTopic(name: string): string {
    if (!this.topics.delete(name)) return 'UNKNOWN_TOPIC_OR_PARTITION';
    this.groups.forgetTopic(name);
    this.trace.add('log', `topic ${name} deleted`);
    this.changed();
    return 'NONE';
  }

  /** Until the broker is not frozen. */
  async thawed(node: Node): Promise<void> {
    while (node.frozenUntil > Date.now()) await this.timers.pause(node.frozenUntil - Date.now());
  }

  /** Lets requests that wait look again: there are new records, or a partition is served by another broker. */
  changed(): void {
    for (const look of [...this.#waiting]) look();
  }

  /** Until it is true, or the time is over. */
  waitFor(isTrue: () => boolean, milliseconds: number): Promise<void> {
    if (isTrue() || milliseconds <= 0) return Promise.resolve();
    return new Promise((resolve) => {
      const end = () => {
        cancel();
        this.#waiting.delete(look);
        resolve();
      };
      const look = () => isTrue() && end();
      const cancel = this.timers.after(milliseconds, end);
      this.#waiting.add(look);
    });
  }
}
