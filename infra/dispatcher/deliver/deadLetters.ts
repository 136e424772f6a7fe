import type { Admin, Producer } from 'kafkajs';
import type { Clock } from '../../clock.ts';
import { inOrder } from '../../kafkajs/headers.ts';
import type { Fault } from '../invoke/invocation.ts';
import type { KafkaRecord } from '../record/record.ts';

/** Why a record was given up, in AWS's words where it has some. */
export type Condition = 'RetryAttemptsExhausted' | 'RecordAgeExceeded' | 'PayloadTooLarge';

export type Failed = {
  records: readonly KafkaRecord[];
  destination: string;
  functionName: string;
  condition: Condition;
  fault: Fault;
  attempts: number;
};

/** Long enough for the frames that matter; Kafka's headers count towards the size of the record. */
const stackLimit = 4096;

/** What a dead letter says about itself, in headers of these names. Times are milliseconds since 1970. */
function provenance(record: KafkaRecord, failed: Failed, now: number): Record<string, string> {
  const { fault } = failed;
  return {
    'dead.reason': `${fault.name}: ${fault.message}`.slice(0, stackLimit),
    'dead.condition': failed.condition,
    'dead.topic': record.partition.topic,
    'dead.partition': `${record.partition.id}`,
    'dead.offset': `${record.offset}`,
    'dead.timestamp': `${record.timestamp}`,
    'dead.function': failed.functionName,
    'dead.attempts': `${failed.attempts}`,
    'dead.stack': (fault.stack ?? '').slice(0, stackLimit),
    'dead.at': new Date(now).toISOString(),
  };
}

/** Writes real records, as they came, to where failed ones go. */
export class DeadLetters {
  readonly #producer: Producer;
  readonly #clock: Clock;

  constructor(producer: Producer, clock: Clock) {
    this.#producer = producer;
    this.#clock = clock;
  }

  /** @throws when Kafka does not have all of them */
  async store(failed: Failed): Promise<void> {
    const messages = failed.records.map((record) => {
      const ours = provenance(record, failed, this.#clock.now());
      // What it says of an earlier end gives way.
      const theirs = record.headers.filter(([name]) => !Object.hasOwn(ours, name));
      const headers = inOrder([...theirs, ...Object.entries(ours)]);
      return { key: record.key, value: record.value, timestamp: `${record.timestamp}`, headers };
    });
    await this.#producer.send({ topic: failed.destination, acks: -1, messages });
  }
}

/** @throws Error naming the topics that do not exist: found out at the first failure, it would be too late */
export async function requireTopics(admin: Admin, topics: readonly string[]): Promise<void> {
  const there = new Set(await admin.listTopics());
  const missing = [...new Set(topics)].filter((topic) => !there.has(topic)).sort();
  if (missing.length === 0) return;
  throw new Error(`Kafka has no topic ${missing.map((topic) => `"${topic}"`).join(', ')}: create it first.`);
}
