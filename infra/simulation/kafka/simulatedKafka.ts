import type { ISocketFactory } from 'kafkajs';
import { Random } from '../random.ts';
import { Brokers } from './brokers.ts';
import { Cluster, type ClusterSettings } from './cluster.ts';
import { ConsumerGroups } from './consumerGroups.ts';
import { Faults } from './faults.ts';
import { type Latency, Network } from './network/network.ts';
import { Records } from './records.ts';
import { badSetting, type Settings } from './topics.ts';
import type { Trace } from './trace.ts';

export type SimulationOptions = Readonly<{
  /** All chance comes from it: the same seed, the same cluster. */
  seed: number;
  /** 1 to 5; 1 unless told */
  brokers?: number;
  /** Of each way between a client and a broker; 0 to 2 ms unless told. */
  latency?: Latency;
  settings?: Partial<ClusterSettings>;
}>;

type TopicOptions = Readonly<{ partitions?: number; replicationFactor?: number; config?: Settings }>;

/**
 * A Kafka cluster in memory. Clients of kafkajs reach it through `socketFactory`; it understands what kafkajs 2.2.4 asks.
 * Its timers are the global ones, so that it runs in real time, or in virtual time where that is installed.
 */
export class SimulatedKafka {
  /** For kafkajs' option `brokers`. */
  readonly addresses: string[];
  /** For kafkajs' option of that name. */
  readonly socketFactory: ISocketFactory;
  readonly brokers: Brokers;
  readonly records: Records;
  readonly groups: ConsumerGroups;
  readonly faults: Faults;
  readonly trace: Trace;
  readonly #cluster: Cluster;
  readonly #network: Network;

  /** @throws RangeError for a number of brokers that there cannot be */
  constructor({ seed, brokers = 1, latency = { least: 0, most: 2 }, settings = {} }: SimulationOptions) {
    if (!Number.isInteger(brokers) || brokers < 1 || brokers > 5) {
      throw new RangeError(`brokers is ${brokers}: give a whole number from 1 to 5`);
    }
    const random = new Random(seed);
    this.faults = new Faults(random.branch());
    this.#cluster = new Cluster(random.branch(), brokers, settings);
    this.#network = new Network({ cluster: this.#cluster, faults: this.faults, random: random.branch(), latency });
    this.addresses = this.#cluster.nodes.map(({ host, port }) => `${host}:${port}`);
    this.socketFactory = this.#network.socketFactory;
    this.brokers = new Brokers(this.#cluster, this.#network);
    this.records = new Records(this.#cluster);
    this.groups = new ConsumerGroups(this.#cluster);
    this.trace = this.#cluster.trace;
  }

  /** Connections of clients that are open. */
  get connections(): number {
    return this.#network.open;
  }

  get topics(): string[] {
    return [...this.#cluster.topics.keys()];
  }

  /** @throws RangeError */
  partitions(topic: string): number {
    const found = this.#cluster.topics.get(topic);
    if (!found) throw new RangeError(`there is no topic ${topic}; there are ${this.topics}`);
    return found.partitions.length;
  }

  /** @throws RangeError with the broker's error */
  createTopic(name: string, { config = {}, partitions = -1, replicationFactor = -1 }: TopicOptions = {}): void {
    for (const [setting, value] of Object.entries(config)) refuse(badSetting(setting, value));
    const wanted = { name, partitions, replicationFactor, config: new Map(Object.entries(config)) };
    refuseError(name, this.#cluster.controller.create(wanted, 0));
  }

  /** @throws RangeError with the broker's error */
  deleteTopic(name: string): void {
    refuseError(name, this.#cluster.controller.delete(name, 0));
  }

  /** @param partitions how many there are to be in all @throws RangeError with the broker's error */
  growTopic(name: string, partitions: number): void {
    refuseError(name, this.#cluster.controller.grow(name, partitions, 0));
  }

  /** Answers each fetch that waits for records with those that there are. */
  answerFetches(): void {
    this.#cluster.answerWaiting();
  }

  /** Does something so many ms later, unless the cluster is closed before. @returns what cancels it */
  after(milliseconds: number, run: () => void): () => void {
    return this.#cluster.timers.after(milliseconds, run);
  }

  /** Ends its timers and connections; clients that are still there get no answer any more. */
  close(): void {
    for (const id of this.brokers.ids) this.#network.disconnect(id, undefined);
    this.#cluster.timers.clear();
  }
}

function refuse(flaw: string | undefined): void {
  if (flaw !== undefined) throw new RangeError(flaw);
}

const refuseError = (name: string, error: string): void => refuse(error === 'NONE' ? undefined : `${name}: ${error}`);
