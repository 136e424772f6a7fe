import { type Headers, headersOf, type OrderedMessage } from '../../kafkajs/headers.ts';
import type { Fault } from '../invoke/invocation.ts';
import type { Decoded, SchemaCondition } from '../schema/schemas.ts';
import { Chunk, detach } from './chunk.ts';
import type { Partition } from './partition.ts';
import type { Tried } from './place.ts';
import { jsonSize, schemasSize } from './recordSize.ts';

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
  /** What the function gets instead of key and value, where these have schemas. */
  decoded: Decoded | undefined;
  /** The memory that key, value and headers are slices of. */
  readonly chunk: Chunk;
  /** Bytes that the record takes in the JSON of an event, base64 counted. */
  readonly size: number;
  /** When it came out of Kafka, in monotonic milliseconds. */
  readonly fetchedAt: number;
  /** By earlier owners of the partition, too. */
  tried: Tried;
  /** Why it cannot be delivered at all. */
  readonly fault: Undeliverable | undefined;
  done: boolean;
};

/** A fault of the record itself, with AWS's word for it where that has one. */
export type Undeliverable = Fault & { condition?: SchemaCondition };

/** kafkajs' types do not tell of the batch that a message came in. */
type Message = OrderedMessage & { batchContext?: Context };
type Context = { timestampType?: number };
const logAppendTime = 1;

/** Makes records of what was fetched from one partition at one time. */
export class Records {
  readonly #partition: Partition;
  readonly #fetchedAt: number;
  #memory: ArrayBufferLike | undefined;
  #context: Context | undefined;
  #chunk = new Chunk(0);

  /** @param fetchedAt in monotonic milliseconds */
  constructor(partition: Partition, fetchedAt: number) {
    this.#partition = partition;
    this.#fetchedAt = fetchedAt;
  }

  /**
   * @param fault why it cannot be delivered
   * @param decoded is delivered instead
   */
  of(offset: number, message: Message, fault?: Undeliverable, decoded?: Decoded): KafkaRecord {
    const { key, value } = message;
    const headers = headersOf(message);
    const size = jsonSize(this.#partition.topic, decoded ?? message, headers) + (decoded ? schemasSize(decoded) : 0);
    const record: KafkaRecord = {
      partition: this.#partition,
      offset,
      timestamp: message.time ?? Number(message.timestamp),
      appended: message.batchContext?.timestampType === logAppendTime,
      key,
      value,
      headers,
      decoded,
      // What is decoded lies elsewhere, and so does the rest then: that counts for this record alone.
      chunk: decoded
        ? new Chunk(size + (key?.length ?? 0) + (value?.length ?? 0))
        : this.#chunkOf(value ?? key ?? headers[0]?.[1], message.batchContext),
      size,
      fetchedAt: this.#fetchedAt,
      tried: this.#partition.triedBefore(offset),
      fault,
      done: false,
    };
    if (decoded) detach(record);
    return record;
  }

  /** Records of one batch are slices of one buffer, which is so not asked for at each of them: that costs more than the rest. */
  #chunkOf(slice: Buffer | null | undefined, context: Context | undefined): Chunk {
    if (!slice || (context && context === this.#context)) return this.#chunk;
    this.#context = context;
    if (slice.buffer !== this.#memory) {
      this.#memory = slice.buffer;
      this.#chunk = new Chunk(slice.buffer.byteLength);
    }
    return this.#chunk;
  }
}
