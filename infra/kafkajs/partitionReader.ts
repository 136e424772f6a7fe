/**
 * Fetches by offset, below consumer groups: nothing is joined, committed or left behind. An answer is about one partition
 * alone, so that an empty one says that the log holds nothing more, and not that others filled it.
 */
import type { Kafka, KafkaJSError, KafkaMessage } from 'kafkajs';
import Batch from 'kafkajs/src/consumer/batch.js';
import { sleep, systemClock } from '../clock.ts';
import { clusterMaker } from './entry.ts';
import type { Records } from './recordBatches.ts';

/** Offsets are decimal texts. All transactions before `lastStableOffset` are decided: committed or aborted. */
type FetchedPartition = Readonly<{
  partition: number;
  lastStableOffset: string;
  highWatermark: string;
  abortedTransactions: readonly object[];
  messages: Records;
}>;

type Place = Readonly<{ topic: string; partition: number }>;
type Broker = { fetch(of: object): Promise<{ responses: { partitions: FetchedPartition[] }[] }> };
type Cluster = {
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  refreshMetadata(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  findLeaderForPartitions(topic: string, partitions: readonly number[]): Record<string, number[]>;
  findBroker(of: { nodeId: string }): Promise<Broker>;
  fetchTopicsOffset(of: object[]): Promise<{ partitions: { offset: string }[] }[]>;
};

/** What of a partition lies from an offset on. */
type Stretch = Readonly<{
  /** Without the markers of transactions and what was undone. */
  messages: readonly KafkaMessage[];
  /** Where to go on; the offset that was asked for where there is nothing yet. */
  next: number;
}>;

const readCommitted = 1;
/** Bytes of one answer: a record that is larger comes all the same. */
const mostBytes = 4 * 1024 * 1024;
/** ms that the broker may wait for a record where there is none. */
const longestWait = 100;
const pause = 200;

class MadeAnew extends Error {}

/**
 * What no waiting mends. Of a broker that dies and comes back kafkajs reports many things, some of them as final, and its
 * partitions are not known for a moment.
 */
const isFinal = (error: Error): boolean => error instanceof MadeAnew || error.name === 'KafkaJSNotImplemented';

const clusterOf = (kafka: Kafka): Cluster =>
  (kafka as unknown as Record<symbol, (of: object) => Cluster>)[clusterMaker(kafka)]?.({
    metadataMaxAge: 60_000,
    allowAutoTopicCreation: false,
  }) as Cluster;

/** Reads one thing at a time: where two first fetches meet, kafkajs opens two connections and forgets one. */
export class PartitionReader {
  readonly #cluster: Cluster;
  readonly #topics: readonly string[];
  readonly #patience: number;

  /** @param patience ms in which a read that has brought nothing is tried again, before it fails */
  constructor(kafka: Kafka, topics: readonly string[], patience: number) {
    this.#cluster = clusterOf(kafka);
    this.#topics = topics;
    this.#patience = patience;
  }

  [Symbol.asyncDispose] = (): Promise<void> => this.#cluster.disconnect();

  /**
   * The next records of a partition from an offset on. What retention removed meanwhile is passed over: the log does not
   * hold it any more.
   * @param end the log holds offsets up to, and without, this one
   * @throws Error that names the partition and the offset, when there is no answer within the patience
   */
  async read({ topic, partition }: Place, offset: number, end: number): Promise<Stretch> {
    // A broker that dies may be noticed only after the time of a request: what counts is what was tried since.
    for (let deadline = Number.POSITIVE_INFINITY; ; ) {
      const stretch = await this.#fetch({ topic, partition }, offset, end).catch((error: KafkaJSError) => error);
      if (!(stretch instanceof Error) && stretch.next > offset) return stretch;
      const fault =
        stretch instanceof Error ? stretch : new Error('an open transaction holds up the rest, or there is none');
      deadline = Math.min(deadline, systemClock.monotonic() + this.#patience);
      if (systemClock.monotonic() > deadline || isFinal(fault)) {
        throw new Error(`${topic}-${partition} could be read up to offset ${offset} only, of ${end}: ${fault.message}`);
      }
      await sleep(systemClock, pause);
      if (stretch instanceof Error) await this.#cluster.refreshMetadata().catch(() => undefined);
    }
  }

  async #fetch(place: Place, offset: number, end: number): Promise<Stretch> {
    const { topic, partition } = place;
    // Here, so that a broker which dies meanwhile is waited for; both do nothing where it is done.
    await this.#cluster.connect();
    await this.#cluster.addMultipleTargetTopics(this.#topics);
    const [nodeId] = Object.keys(this.#cluster.findLeaderForPartitions(topic, [partition]));
    if (nodeId === undefined) throw new Error('there is no such partition');
    const broker = await this.#cluster.findBroker({ nodeId });
    const fetchOffset = String(offset);
    const asked = { partition, fetchOffset, maxBytes: mostBytes };
    const answer = await broker
      .fetch({
        isolationLevel: readCommitted,
        maxWaitTime: longestWait,
        maxBytes: mostBytes,
        topics: [{ topic, partitions: [asked] }],
      })
      .catch((error) => this.#expired(error, place, offset));
    if (typeof answer === 'number') return { messages: [], next: answer };
    const fetched = answer.responses[0]?.partitions[0];
    // Without a partition the answer is only the broker's quota, which asks for a pause.
    return fetched ? stretchOf(topic, fetched, offset, end) : { messages: [], next: offset };
  }

  /** @returns where the log begins now. @throws the error, where it is another one */
  async #expired(error: KafkaJSError & { type?: string }, { topic, partition }: Place, offset: number) {
    if (error.type !== 'OFFSET_OUT_OF_RANGE') throw error;
    const asked = [{ topic, fromBeginning: true, partitions: [{ partition }] }];
    const [found] = await this.#cluster.fetchTopicsOffset(asked);
    const low = Number(found?.partitions[0]?.offset);
    if (low > offset) return low;
    throw new MadeAnew('the topic was made anew');
  }
}

function stretchOf(topic: string, fetched: FetchedPartition, offset: number, end: number): Stretch {
  const { messages } = new Batch(topic, String(offset), fetched);
  const last = fetched.messages.at(-1);
  const behind = Number(fetched.messages.next ?? (last ? BigInt(last.offset) + 1n : offset));
  // Nothing at all, though the log is committed beyond the end: what was there, compaction has removed.
  const isOver = behind === offset && Number(fetched.lastStableOffset) >= end;
  return { messages, next: isOver ? end : behind };
}
