import { type Headers, headersOf, type OrderedMessage } from '../../kafkajs/headers.ts';
import type { Fault } from '../invoke/invocation.ts';
import { Chunk } from './chunk.ts';
import type { Partition, Tried } from './partition.ts';
import { jsonSize } from './recordSize.ts';

/** One Kafka record on its way through the dispatcher. */
export type KafkaRecord = {
  readonly partition: Partition;
  readonly offset: number;
  /** Milliseconds since 1970; −1 where the producer set none. */
  readonly timestamp: number;
  /** The broker's clock set the timestamp (LOG_APPEND_TIME), not the producer's. */
  readonly appended: boolean;
  key: Buffer | null;
  value: Buffer | null;
  headers: Headers;
  /** The memory that key, value and headers are slices of. */
  readonly chunk: Chunk;
  /** Bytes that the record takes in the JSON of an event, base64 counted. */
  readonly size: number;
  /** When it came out of Kafka, in monotonic milliseconds. */
  readonly fetchedAt: number;
  /** By earlier owners of the partition, too. */
  tried: Tried;
  /** Why it cannot be delivered at all. */
  readonly fault: Fault | undefined;
  done: boolean;
};

/** kafkajs' types do not tell of the batch that a message came in. */
type Message = OrderedMessage & { batchContext?: { timestampType?: number } };
const logAppendTime = 1;

/** Makes records of what was fetched from one partition at one time. */
export class Records {
  readonly #partition: Partition;
  readonly #fetchedAt: number;
  #memory: ArrayBufferLike | undefined;
  #chunk = new Chunk(0);

  /** @param fetchedAt in monotonic milliseconds */
  constructor(partition: Partition, fetchedAt: number) {
    this.#partition = partition;
    this.#fetchedAt = fetchedAt;
  }

  /** @param fault why it cannot be delivered */
  of(offset: number, message: Message, fault?: Fault): KafkaRecord {
    const { key, value } = message;
    const headers = headersOf(message);
    return {
      partition: this.#partition,
      offset,
      timestamp: Number(message.timestamp),
      appended: message.batchContext?.timestampType === logAppendTime,
      key,
      value,
      headers,
      chunk: this.#chunkOf((value ?? key ?? headers[0]?.[1])?.buffer),
      size: jsonSize(this.#partition.topic, key, value, headers),
      fetchedAt: this.#fetchedAt,
      tried: this.#partition.triedBefore(offset),
      fault,
      done: false,
    };
  }

  #chunkOf(memory: ArrayBufferLike | undefined): Chunk {
    if (memory !== undefined && memory !== this.#memory) {
      this.#memory = memory;
      this.#chunk = new Chunk(memory.byteLength);
    }
    return this.#chunk;
  }
}
