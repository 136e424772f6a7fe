import { test } from 'node:test';
import type { ConsumerConfig } from 'kafkajs';
import { type RawBroker, rawCluster } from '../../../test/simulation/faithful/raw.ts';
import { Kafka, logLevel } from '../../kafkajs/kafkajs.ts';
import { VirtualTime } from '../time.ts';
import { SimulatedKafka, type SimulationOptions } from './simulatedKafka.ts';

/** A simulated Kafka, its time, and a client. */
export class Stage {
  readonly time: VirtualTime;
  readonly kafka: SimulatedKafka;
  readonly client: Kafka;

  constructor(options: Partial<SimulationOptions>) {
    const seed = options.seed ?? 1;
    this.time = new VirtualTime(seed);
    this.kafka = new SimulatedKafka({ seed, ...options });
    const { addresses: brokers, socketFactory } = this.kafka;
    const retry = { retries: 100, initialRetryTime: 50, maxRetryTime: 500, restartOnFailure: async () => true };
    this.client = new Kafka({ brokers, socketFactory, retry, logLevel: logLevel.NOTHING, requestTimeout: 3000 });
  }

  /** A broker that is spoken to by hand. */
  async broker(id: number): Promise<RawBroker> {
    const cluster = rawCluster(this.client);
    await this.time.during(cluster.connect());
    await this.time.during(cluster.refreshMetadata());
    return this.time.during(cluster.findBroker({ nodeId: String(id) }));
  }

  /** A consumer that runs; what it gets is in its list: `<partition> <offset> <value>`. */
  async consumer(topic: string, config: Partial<ConsumerConfig> = {}) {
    const consumer = this.client.consumer({ groupId: 'g', maxWaitTimeInMs: 100, sessionTimeout: 10_000, ...config });
    const got: string[] = [];
    await this.time.during(consumer.connect());
    await this.time.during(consumer.subscribe({ topic, fromBeginning: true }));
    const eachMessage = async ({
      partition,
      message,
    }: {
      partition: number;
      message: { offset: string; value: Buffer | null };
    }) => {
      got.push(`${partition} ${message.offset} ${message.value}`);
    };
    await this.time.during(consumer.run({ eachMessage }));
    return { consumer, got };
  }

  /** What a request ends with, by the name of its error. */
  async outcome(request: Promise<unknown>): Promise<string> {
    return this.time.during(
      request.then(
        () => 'answered',
        (error: Error & { type?: string }) => error.type ?? error.name,
      ),
    );
  }
}

/** A test in virtual time. */
export function onSimulated(
  name: string,
  options: Partial<SimulationOptions>,
  act: (stage: Stage) => Promise<void>,
): void {
  test(name, async () => {
    const stage = new Stage(options);
    try {
      await act(stage);
    } finally {
      stage.kafka.close();
      stage.time.uninstall();
    }
  });
}
