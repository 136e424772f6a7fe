import type { Message, Producer } from 'kafkajs';
import type { KafkaRecord } from '../record/record.ts';
import type { Logger } from '../stats.ts';
import { deadLetters } from './deadLetter.ts';
import type { Failed, FailureDestination } from './failure.ts';

/** What a topic takes in one request unless it is told otherwise is a little more: 1,048,588 bytes. */
const usualBytes = 800_000;

type Chunk = { records: KafkaRecord[]; messages: Message[]; bytes: number };

/** A Kafka topic. Letters go in requests that it takes, and what is too large even alone loses its largest parts. */
export class TopicDestination implements FailureDestination {
  readonly name: string;
  readonly #producer: Producer;
  readonly #log: Logger;
  /** Less than usual once the topic has refused that. */
  #most = usualBytes;

  constructor(topic: string, producer: Producer, log: Logger) {
    this.name = topic;
    this.#producer = producer;
    this.#log = log;
  }

  async store(failed: Failed): Promise<readonly KafkaRecord[]> {
    for (;;) {
      const { records, messages, bytes } = this.#chunk(failed);
      const [first] = records as [KafkaRecord];
      if (records.length === 1) return this.#storeAlone(first, failed);
      try {
        await this.#send(messages);
        return records;
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        this.#most = Math.floor(bytes / 2);
      }
    }
  }

  /** As many of the first records as go together. */
  #chunk(failed: Failed): Chunk {
    const chunk: Chunk = { records: [], messages: [], bytes: 0 };
    for (const record of failed.records) {
      const [letter] = deadLetters(record, failed);
      if (!letter) break;
      const { message, bytes } = letter;
      if (chunk.records.length > 0 && chunk.bytes + bytes > this.#most) break;
      chunk.records.push(record);
      chunk.messages.push(message);
      chunk.bytes += bytes;
    }
    return chunk;
  }

  async #storeAlone(record: KafkaRecord, failed: Failed): Promise<readonly KafkaRecord[]> {
    let refusal: unknown;
    for (const { message, lost } of deadLetters(record, failed)) {
      try {
        await this.#send([message]);
      } catch (error) {
        if (!isTooLarge(error)) throw error;
        refusal = error;
        continue;
      }
      if (lost) {
        const { topic, id } = record.partition;
        const which = `${failed.mapping.id}: the dead letter of ${topic}-${id} offset ${record.offset}`;
        this.#log.error(`${which} is too large for ${this.name} (max.message.bytes): it went there without ${lost}`);
      }
      return [record];
    }
    throw refusal;
  }

  async #send(messages: Message[]): Promise<void> {
    await this.#producer.send({ topic: this.name, acks: -1, messages });
  }
}

/** kafkajs wraps what the broker says. */
function isTooLarge(error: unknown): boolean {
  for (let at = error; at instanceof Error; at = at.cause) {
    if ('type' in at && (at.type === 'MESSAGE_TOO_LARGE' || at.type === 'RECORD_LIST_TOO_LARGE')) return true;
  }
  return false;
}
