/**
 * When a broker of several goes away in the middle of a send, kafkajs asks the new leaders for what is missing, but not
 * those that have answered already: what they lead from now on is left out, and the send succeeds all the same. Here what
 * has no acknowledgement is sent again.
 */
import {
  type ICustomPartitioner,
  Kafka,
  type Message,
  Partitioners,
  type PartitionMetadata,
  type Producer,
  type ProducerBatch,
  type RecordMetadata,
  type TopicMessages,
} from 'kafkajs';
import Broker from 'kafkajs/src/broker/index.js';

type SendBatch = Producer['sendBatch'];
type Sending = Pick<Producer, 'send' | 'sendBatch'>;

/** Requests to write that have failed, in this process. Without one during a send, all of it is acknowledged. */
let failures = 0;
const { produce } = Broker.prototype;

Broker.prototype.produce = async function (this: Broker, ask: object) {
  try {
    return await produce.call(this, ask);
  } catch (error) {
    failures++;
    throw error;
  }
};

/** Chooses a partition only once for each message, and remembers it where nothing in the message tells it again. */
class Choices {
  readonly create: ICustomPartitioner;
  readonly #keyless = new WeakMap<Message, number>();
  readonly #partitions = new Map<string, PartitionMetadata[]>();
  readonly #choose: ReturnType<ICustomPartitioner>;

  constructor(createPartitioner: ICustomPartitioner) {
    this.#choose = createPartitioner();
    this.create = () => (of) => {
      this.#partitions.set(of.topic, of.partitionMetadata);
      const { key, partition } = of.message;
      const isKeyless = (key ?? undefined) === undefined && (partition ?? undefined) === undefined;
      const known = isKeyless ? this.#keyless.get(of.message) : undefined;
      const chosen = known ?? this.#choose(of);
      if (isKeyless && known === undefined) this.#keyless.set(of.message, chosen);
      return chosen;
    };
  }

  of(topic: string, message: Message): number {
    const known = this.#keyless.get(message);
    return known ?? this.#choose({ topic, message, partitionMetadata: this.#partitions.get(topic) ?? [] });
  }
}

function unacknowledged(all: TopicMessages[], answers: readonly RecordMetadata[], choices: Choices): TopicMessages[] {
  const done = new Set(answers.map(({ topicName, partition }) => `${topicName} ${partition}`));
  return all
    .map(({ topic, messages }) => {
      return { topic, messages: messages.filter((one) => !done.has(`${topic} ${choices.of(topic, one)}`)) };
    })
    .filter(({ messages }) => messages.length > 0);
}

const whole =
  (sendBatch: SendBatch, choices: Choices): SendBatch =>
  async (batch: ProducerBatch) => {
    const before = failures;
    const answers = await sendBatch(batch);
    if (failures === before || batch.acks === 0) return answers;
    for (let left = batch.topicMessages ?? []; ; ) {
      left = unacknowledged(left, answers, choices);
      if (left.length === 0) return answers;
      answers.push(...(await sendBatch({ ...batch, topicMessages: left })));
    }
  };

function mended<P extends Sending>(sending: P, choices: Choices): P {
  const sendBatch = whole(sending.sendBatch, choices);
  const send: Producer['send'] = ({ topic, messages, ...how }) =>
    sendBatch({ ...how, topicMessages: [{ topic, messages }] });
  return { ...sending, send, sendBatch };
}

const { producer } = Kafka.prototype;

Kafka.prototype.producer = function (this: Kafka, config = {}): Producer {
  const choices = new Choices(config.createPartitioner ?? Partitioners.DefaultPartitioner);
  const made = producer.call(this, { ...config, createPartitioner: choices.create });
  const transaction = async () => mended(await made.transaction(), choices);
  return { ...mended(made, choices), transaction };
};
