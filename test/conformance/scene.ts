/** What a rule sees of the implementation under test: a topic of its own, the calls of its function, and Kafka. */
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Kafka, Message, Producer } from 'kafkajs';
import type { KafkaEvent } from '../../infra/dispatcher/invoke/kafkaEvent.ts';

/** One invocation, as the function itself wrote it down when it began. */
export type Call = { at: number; pid: number; event: KafkaEvent; context: Record<string, unknown>; texts: string[] };

/** What a rule's handler can use. It runs in the function, so it knows nothing else. */
export type Tools = {
  /** The values of the records, in order. */
  texts: string[];
  /** How often a call has had this value, this one included. */
  times(text: string): number;
  /** Resolves when the scene opens the gate of this name. */
  gate(name: string): Promise<void>;
  sleep(milliseconds: number): Promise<void>;
  /** Writes a line that the scene can read. */
  note(text: string): void;
};
export type Handler = (event: KafkaEvent, tools: Tools, context: Record<string, unknown>) => unknown;

export type Stored = {
  partition: number;
  offset: number;
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
};

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
      await delay(25);
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

  #summary(): string {
    return JSON.stringify(this.calls().map(({ texts }) => texts.map((text) => text.slice(0, 20)).slice(0, 5))).slice(
      0,
      300,
    );
  }
}

/** Only whole lines: the last one may still be written. */
const lines = (file: string): string[] => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : []);

/** The module of a function: writes each call down before it does what the rule's handler says. */
export function moduleSource(folder: string, handler: Handler): string {
  return `const { appendFileSync, existsSync, readFileSync } = require('node:fs');
const folder = ${JSON.stringify(folder)};
const sleep = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
const text = ({ value }) => (value === undefined ? '' : Buffer.from(value, 'base64').toString());
const seen = () => readFileSync(folder + '/calls.jsonl', 'utf8').split('\\n').filter(Boolean).flatMap((line) => JSON.parse(line).texts);
const handler = ${expression(handler)};
exports.handler = async (event, context) => {
  const texts = Object.values(event.records).flat().map(text);
  const remaining = context.getRemainingTimeInMillis();
  appendFileSync(folder + '/calls.jsonl', JSON.stringify({ at: Date.now(), pid: process.pid, event, context: { ...context, remaining }, texts }) + '\\n');
  const tools = {
    texts, sleep,
    times: (wanted) => seen().filter((one) => one === wanted).length,
    gate: async (name) => { while (!existsSync(folder + '/gate-' + name)) await sleep(10); },
    note: (line) => appendFileSync(folder + '/notes.txt', line + '\\n'),
  };
  return handler(event, tools, context);
};
`;
}

/** The source of a function, also of one that is written as a method. */
function expression(handler: Handler): string {
  const source = handler.toString();
  return /^(async\s+)?handler\s*\(/.test(source) ? `({ ${source} }).handler` : source;
}

/** Keeps what a failing implementation printed, for whoever looks into it. */
export const keepLog = (folder: string, chunk: string): void => appendFileSync(join(folder, 'output.log'), chunk);
