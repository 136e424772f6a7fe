/** What all brokers of a simulated cluster know, as if they told each other at once. */
import type { Random } from '../random.ts';
import { Timers } from './timers.ts';
import type { Partition, Topic } from './topics.ts';
import { Trace } from './trace.ts';

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
  /** From the controller's answer on a topic until brokers know of it. */
  metadataDelay: number;
  /** So long a new coordinator reads before it answers. */
  coordinatorLoad: number;
  /** From the end of a transaction to its markers in the logs. */
  markerDelay: number;
  /** Whether what happens is told and hashed. */
  traced: boolean;
}>;

const usualSettings: ClusterSettings = {
  autoCreateTopics: false,
  defaultPartitions: 1,
  defaultReplicationFactor: 3,
  initialRebalanceDelay: 0,
  leastSessionTimeout: 6000,
  mostSessionTimeout: 1_800_000,
  failover: 200,
  metadataDelay: 2,
  coordinatorLoad: 20,
  markerDelay: 2,
  traced: true,
};

export class ClusterState {
  readonly random: Random;
  readonly settings: ClusterSettings;
  readonly nodes: readonly Node[];
  readonly topics = new Map<string, Topic>();
  readonly timers = new Timers();
  readonly trace: Trace;
  readonly #waiting = new Map<() => void, () => void>();

  constructor(random: Random, brokers: number, settings: Partial<ClusterSettings>) {
    this.random = random;
    this.settings = { ...usualSettings, ...settings };
    this.trace = new Trace(this.settings.traced);
    this.nodes = Array.from({ length: brokers }, (_, index) => {
      return { id: index + 1, host: `broker-${index + 1}`, port: 9092, up: true, fenced: false, frozenUntil: 0 };
    });
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

  isFrozen(node: Node): boolean {
    return node.frozenUntil > Date.now();
  }

  /** Until the broker is not frozen. */
  async thawed(node: Node): Promise<void> {
    while (this.isFrozen(node)) await this.timers.pause(node.frozenUntil - Date.now());
  }

  /** Lets requests that wait look again: there are new records, or a partition is served by another broker. */
  changed(): void {
    for (const look of [...this.#waiting.keys()]) look();
  }

  /** Lets requests that wait be answered with what there is. */
  answerWaiting(): void {
    for (const end of [...this.#waiting.values()]) end();
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
      this.#waiting.set(look, end);
    });
  }
}
