import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, type Message, Partitioners, type Producer } from 'kafkajs';
import { connectKafka, type KafkaAccess } from '../../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../../infra/kafkajs/kafkajs.ts';
import type { Measured, Order } from './child.ts';

/** Topics to measure on, and processes that read them. Everything is gone after `close`. */
export class Bench {
  readonly place: KafkaAccess;
  readonly folder = mkdtempSync(join(tmpdir(), 'bench-'));
  readonly producer: Producer;
  readonly #admin: Admin;
  readonly #topics: string[] = [];
  #last = 0;

  constructor(place: KafkaAccess) {
    this.place = place;
    const kafka = connectKafka(place, 'despacho-bench', 'answersSoon');
    this.#admin = kafka.admin();
    this.producer = kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  async open(): Promise<void> {
    await Promise.all([this.#admin.connect(), this.producer.connect()]);
  }

  async close(): Promise<void> {
    await this.#admin.deleteTopics({ topics: this.#topics }).catch(() => undefined);
    await Promise.all([this.#admin.disconnect(), this.producer.disconnect()]);
    rmSync(this.folder, { recursive: true, force: true });
  }

  name(): string {
    return `bench.${process.pid}.${++this.#last}`;
  }

  async topic(partitions: number, messages: Iterable<Message> = []): Promise<string> {
    const topic = this.name();
    this.#topics.push(topic);
    await createServedTopics(this.#admin, [{ topic, numPartitions: partitions }]);
    let chunk: Message[] = [];
    const send = async () => {
      if (chunk.length > 0) await this.producer.send({ topic, messages: chunk });
      chunk = [];
    };
    for (const message of messages) if (chunk.push(message) === 4000) await send();
    await send();
    return topic;
  }

  /** Runs one measurement. @param onReady called when the dispatcher reads */
  async run(
    order: Partial<Order> & Pick<Order, 'kind' | 'topic' | 'records'>,
    onReady?: () => void,
  ): Promise<Measured> {
    const group = this.name();
    const whole: Order = {
      brokers: [...this.place.kafkaBrokers],
      login: this.place.access.kafka ?? {},
      group,
      handler: 'nothing',
      batchSize: 1,
      extra: {},
      file: join(this.folder, `${group}.json`),
      ...order,
    };
    const child = fork(join(import.meta.dirname, 'child.ts'), [JSON.stringify(whole)], {
      stdio: ['ignore', 'pipe', 'inherit', 'ipc'],
    });
    if (onReady) child.once('message', onReady);
    let output = '';
    child.stdout?.on('data', (chunk) => {
      output += chunk;
    });
    const code = await new Promise((resolve) => child.once('close', resolve));
    if (code !== 0) throw new Error(`the measurement ended with ${code}: ${output}`);
    return JSON.parse(output.trim().split('\n').at(-1) ?? '');
  }
}

/** Small and repeatable, from a seed. */
export function random(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
