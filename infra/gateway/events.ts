import type { Consumer, Kafka } from 'kafkajs';
import { eventsTopic } from '../../functions/orders/topics.ts';
import type { Settings } from '../../functions/settings.ts';
import type { Clock } from '../clock.ts';
import { onGap } from '../kafkajs/gaps.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';

/** Who hears of events. */
export interface Listener {
  moved(orderIds: readonly string[]): void;
  /** Events of any order may have been missed. */
  missed(): void;
  /** No events come any more, until `start` is called again. */
  lost(): void;
}

/** Every event of every order from now on, for this process alone: its group lives as long as it does. */
export class Events {
  readonly #kafka: Kafka;
  readonly #topic: string;
  readonly #groupId: string;
  #consumer: Consumer | undefined;
  #started: Promise<void> | undefined;

  constructor(settings: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>, clock: Clock) {
    this.#kafka = connectKafka(settings, 'despacho-gateway', 'once');
    this.#topic = settings.namespace + eventsTopic;
    this.#groupId = `${settings.namespace}gateway-${clock.uuid()}`;
  }

  /** Resolves when it listens; later calls share the first one's fate, and after a failure it can be tried again. */
  start(listener: Listener): Promise<void> {
    this.#started ??= this.#listen(listener).catch(async (error) => {
      await this.#consumer?.disconnect();
      this.#consumer = undefined;
      this.#started = undefined;
      throw error;
    });
    return this.#started;
  }

  async #listen(listener: Listener): Promise<void> {
    const consumer = this.#kafka.consumer({
      groupId: this.#groupId,
      maxWaitTimeInMs: 100,
      sessionTimeout: 10_000,
      allowAutoTopicCreation: false,
    });
    this.#consumer = consumer;
    onGap(consumer, () => listener.missed());
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (payload.restart) return;
      this.#started = undefined;
      listener.lost();
    });
    await consumer.connect();
    await consumer.subscribe({ topic: this.#topic, fromBeginning: false });
    await consumer.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => listener.moved(batch.messages.map(({ key }) => String(key))),
    });
  }

  /** Leaves and removes the group. */
  async close(): Promise<void> {
    // A consumer that is disconnected while it starts comes alive all the same.
    await this.#started?.catch(() => undefined);
    if (!this.#consumer) return;
    await this.#consumer.disconnect();
    await withAdmin(this.#kafka, (admin) => admin.deleteGroups([this.#groupId]));
  }
}
