/** What a rule sees of the implementation under test: a topic of its own, the calls of its function, and Kafka. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Admin, Kafka, Message, Producer } from 'kafkajs';
import type { KafkaEvent } from '../../infra/dispatcher/invoke/kafkaEvent.ts';

/** One invocation, as the function itself wrote it down when it began. */
export type Call = { at: number; pid: number; event: KafkaEvent; context: Record<string, unknown>; texts: string[] };

export type Stored = {
  partition: number;
  offset: number;
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
};

type FileDocument = { KafkaBatchInfo: { recordsInfo: Record<string, { firstRecordOffset: string }> } };

/** By the global timers, so that it is virtual time where a rule is looked at in that. */
export const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));

export class Scene {
  readonly topic: string;
  readonly folder: string;
  readonly kafka: Kafka;
  readonly admin: Admin;
  readonly producer: Producer;
  readonly group: string;
  /** A rule waits no longer than this for what must happen, in milliseconds. */
  readonly patience: number;

  constructor(of: {
    topic: string;
    group: string;
    folder: string;
    kafka: Kafka;
    admin: Admin;
    producer: Producer;
    patience: number;
  }) {
    this.topic = of.topic;
    this.group = of.group;
    this.patience = of.patience;
    this.folder = of.folder;
    this.kafka = of.kafka;
    this.admin = of.admin;
    this.producer = of.producer;
    mkdirSync(this.folder, { recursive: true });
  }

  get deadTopic(): string {
    return `${this.topic}.dead`;
  }

  /** Records as texts go to partition 0. */
  async produce(records: readonly (string | Message)[], topic = this.topic): Promise<void> {
    const messages = records.map((record) => (typeof record === 'string' ? { value: record, partition: 0 } : record));
    await this.producer.send({ topic, messages });
  }

  calls(): Call[] {
    return lines(join(this.folder, 'calls.jsonl')).map((line) => JSON.parse(line) as Call);
  }

  notes(): string[] {
    return lines(join(this.folder, 'notes.txt'));
  }

  /** Every value that was delivered, in the order of delivery, again where it was delivered again. */
  delivered(): string[] {
    return this.calls().flatMap(({ texts }) => texts);
  }

  open(gate: string): void {
    writeFileSync(join(this.folder, `gate-${gate}`), '');
  }

  /** @throws Error with the description when it does not become true in time */
  async until(what: string, condition: () => boolean | Promise<boolean>, milliseconds = this.patience): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!(await condition())) {
      if (Date.now() > deadline)
        throw new Error(`not within ${milliseconds / 1000} s: ${what}; delivered ${this.#summary()}`);
      await pause(25);
    }
  }

  /** Waits until each of the texts was delivered. */
  async untilDelivered(texts: readonly string[], milliseconds = this.patience): Promise<void> {
    await this.until(
      `delivery of ${texts.join(', ').slice(0, 100)}`,
      () => {
        const delivered = new Set(this.delivered());
        return texts.every((text) => delivered.has(text));
      },
      milliseconds,
    );
  }

  /** What the group has committed for each partition; -1 where it has not. */
  async committed(group = this.group): Promise<number[]> {
    const [entry] = await this.admin.fetchOffsets({ groupId: group, topics: [this.topic] });
    const sorted = [...(entry?.partitions ?? [])].sort((a, b) => a.partition - b.partition);
    return sorted.map(({ offset }) => Number(offset));
  }

  async untilCommitted(partition: number, offset: number, milliseconds = this.patience): Promise<void> {
    await this.until(
      `commit of offset ${offset}`,
      async () => (await this.committed())[partition] === offset,
      milliseconds,
    );
  }

  /** Everything in a topic. */
  async stored(topic: string): Promise<Stored[]> {
    const ends = await this.admin.fetchTopicOffsets(topic);
    const wanted = ends.reduce((sum, { low, high }) => sum + Number(high) - Number(low), 0);
    const found: Stored[] = [];
    if (wanted === 0) return found;
    const consumer = this.kafka.consumer({ groupId: `${topic}-${Math.random()}`, maxWaitTimeInMs: 100 });
    await consumer.connect();
    await consumer.subscribe({ topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message: { offset, key, value, headers } }) => {
        const texts = Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)]);
        found.push({
          partition,
          offset: Number(offset),
          key: key && `${key}`,
          value: value && `${value}`,
          headers: Object.fromEntries(texts),
        });
      },
    });
    await this.until(`reading ${wanted} records of ${topic}`, () => found.length >= wanted).finally(() =>
      consumer.disconnect(),
    );
    return found;
  }

  /** The values of the records that stand in the destination, out of AWS's documents. */
  async letters(): Promise<(string | undefined)[]> {
    return (await this.stored(this.deadTopic)).flatMap(({ value }) => {
      const { payload } = JSON.parse(`${value}`) as { payload: KafkaEvent };
      const records = Object.values(payload.records).flat();
      return records.map((record) => record.value && Buffer.from(record.value, 'base64').toString());
    });
  }

  /** What went to a file, since its destination is not to be reached from here. */
  documents(): FileDocument[] {
    const file = join(this.folder, '..', '..', '.dispatcher', `${basename(this.folder)}-${this.topic}.jsonl`);
    return lines(file).map((line) => JSON.parse(line) as FileDocument);
  }

  /** What the implementation has said since it was started. */
  said(): string {
    return readFileSync(join(this.folder, '..', '..', 'output.log'), 'utf8');
  }

  #summary(): string {
    return JSON.stringify(this.calls().map(({ texts }) => texts.map((text) => text.slice(0, 20)).slice(0, 5))).slice(
      0,
      300,
    );
  }
}

/** Only whole lines: the last one may still be written. */
const lines = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);
