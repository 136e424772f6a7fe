import type { Admin, Consumer, ConsumerConfig, ITopicConfig, Kafka, Message, Producer, ProducerConfig } from 'kafkajs';
import { type RawBroker, type RawCluster, type RawPartition, rawCluster } from './raw.ts';

export type Behaviour = Readonly<{
  name: string;
  /** What is seen, as plain data: the same on every faithful Kafka. */
  see(scene: Scene): Promise<unknown>;
}>;

export const behaviour = (name: string, see: Behaviour['see']): Behaviour => ({ name, see });

/** Ends what a behaviour has opened. */
type Ending = () => Promise<unknown>;

/** One behaviour's own place on a Kafka: topics and groups that nobody else uses. */
export class Scene {
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly raw: RawCluster;
  readonly #prefix: string;
  readonly #endings: Ending[] = [];
  #topics: string[] = [];
  #names = 0;

  constructor(kafka: Kafka, prefix: string) {
    this.kafka = kafka;
    this.#prefix = prefix;
    this.admin = kafka.admin();
    this.raw = rawCluster(kafka);
  }

  async open(): Promise<void> {
    await Promise.all([this.admin.connect(), this.raw.connect()]);
    await this.raw.refreshMetadata();
    this.#endings.push(
      () => this.admin.disconnect(),
      () => this.raw.disconnect(),
    );
  }

  async close(): Promise<void> {
    await this.admin.deleteTopics({ topics: this.#topics }).catch(() => undefined);
    for (const end of this.#endings.reverse()) await end().catch(() => undefined);
  }

  /** A name that is nobody else's, of a topic, a group or a transaction. */
  name(): string {
    return `${this.#prefix}-${++this.#names}`;
  }

  /** Makes a topic, and waits until it is served. */
  async topic(partitions = 1, config: Readonly<Record<string, string>> = {}): Promise<string> {
    const topic = this.name();
    const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }));
    await this.createTopic({ topic, numPartitions: partitions, configEntries });
    return topic;
  }

  async createTopic(of: ITopicConfig): Promise<void> {
    this.#topics.push(of.topic);
    await this.admin.createTopics({ topics: [of], waitForLeaders: false });
    await this.served(of.topic);
  }

  /** Until the topic's leaders answer. */
  async served(topic: string): Promise<void> {
    for (let tries = 0; ; tries++) {
      try {
        await this.admin.fetchTopicOffsets(topic);
        break;
      } catch (error) {
        if (tries > 100) throw error;
        await this.pause(20);
      }
    }
    await this.raw.addMultipleTargetTopics([topic]);
    await this.raw.refreshMetadata();
  }

  /** The ends of each partition's log. */
  async ends(topic: string) {
    const ends = await this.admin.fetchTopicOffsets(topic);
    return ends
      .map(({ partition, low, high }) => [partition, low, high] as const)
      .sort(([one], [other]) => one - other);
  }

  async producer(config: ProducerConfig = {}): Promise<Producer> {
    const producer = this.kafka.producer({ allowAutoTopicCreation: false, ...config });
    await producer.connect();
    this.#endings.push(() => producer.disconnect());
    return producer;
  }

  /** Sends to the first partition. @returns the offset of the first message */
  async send(
    topic: string,
    messages: Message[],
    of: { partition?: number; compression?: number } = {},
  ): Promise<string> {
    const { partition = 0, compression = 0 } = of;
    const producer = await this.producer();
    const [sent] = await producer.send({
      topic,
      compression,
      messages: messages.map((one) => ({ partition, ...one })),
    });
    return String(sent?.baseOffset);
  }

  async consumer(config: ConsumerConfig): Promise<Consumer> {
    const consumer = this.kafka.consumer({ maxWaitTimeInMs: 50, ...config });
    await consumer.connect();
    this.#endings.push(() => consumer.disconnect());
    return consumer;
  }

  /** Connections of its own to the same Kafka. */
  async another(): Promise<RawCluster> {
    const raw = rawCluster(this.kafka);
    await raw.connect();
    await raw.refreshMetadata();
    this.#endings.push(() => raw.disconnect());
    return raw;
  }

  /** The only broker. */
  broker(): Promise<RawBroker> {
    return this.raw.findControllerBroker();
  }

  /** What a broker answers to a fetch of one partition. */
  async fetch(
    topic: string,
    from: number,
    of: Readonly<Record<string, unknown>> & { partition?: number } = {},
  ): Promise<RawPartition> {
    const { partition = 0, ...rest } = of;
    const broker = await this.broker();
    const partitions = [{ partition, fetchOffset: String(from), maxBytes: 1_000_000 }];
    const { responses } = await broker.fetch({
      maxWaitTime: 20,
      minBytes: 1,
      topics: [{ topic, partitions }],
      ...rest,
    });
    return responses[0]?.partitions[0] as RawPartition;
  }

  /** What a consumer is given, in its order, until it has so many. */
  async consume(topic: string, count: number, config: Partial<ConsumerConfig> = {}): Promise<string[]> {
    const consumer = await this.consumer({ groupId: this.name(), ...config });
    const got: string[] = [];
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({ eachMessage: async ({ message }) => void got.push(`${message.offset} ${message.value}`) });
    await this.until(() => got.length >= count);
    return got;
  }

  async until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
    for (let tries = 0; !(await isTrue()); tries++) {
      if (tries > 500) throw new Error('it does not come true');
      await this.pause(20);
    }
  }

  pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => setTimeout(resolve, milliseconds));
  }
}

type Failure = Error & Partial<{ type: string; errors: Failure[]; cause: Failure; partitions: { error: Failure }[] }>;

const told = (error: Failure): string => {
  const inner = error.errors ?? error.partitions?.map((one) => one.error) ?? (error.cause ? [error.cause] : []);
  const of = inner.length > 0 ? ` of ${inner.map(told)}` : '';
  return `${error.name}${error.type ? ` ${error.type}` : ''}${of}`;
};

/** How it fails, as kafkajs tells it; or that it does not. */
export const failureOf = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'no failure',
    (error: Failure) => told(error),
  );
