import type { IHeaders, KafkaMessage } from 'kafkajs';
import type { Partition } from './partition.ts';
import { jsonSize } from './recordSize.ts';

/** One Kafka record on its way through the dispatcher. */
export type KafkaRecord = {
  readonly partition: Partition;
  readonly offset: number;
  /** Milliseconds since 1970. */
  readonly timestamp: number;
  /** The broker's clock set the timestamp (LOG_APPEND_TIME), not the producer's. */
  readonly appended: boolean;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Undefined where there are none. */
  readonly headers: IHeaders | undefined;
  /** Bytes that the record takes in the JSON of an event, base64 counted. */
  readonly size: number;
  /** When it came out of Kafka, in monotonic milliseconds. */
  readonly fetchedAt: number;
  done: boolean;
};

/** kafkajs' types do not tell of the batch that a message came in. */
type Message = KafkaMessage & { batchContext?: { timestampType?: number } };
const logAppendTime = 1;

function anyOf(headers: IHeaders | undefined): IHeaders | undefined {
  for (const _ in headers) return headers;
  return undefined;
}

/** @param fetchedAt in monotonic milliseconds */
export function recordOf(partition: Partition, offset: number, message: Message, fetchedAt: number): KafkaRecord {
  const { key, value } = message;
  const headers = anyOf(message.headers);
  return {
    partition,
    offset,
    timestamp: Number(message.timestamp),
    appended: message.batchContext?.timestampType === logAppendTime,
    key,
    value,
    headers,
    size: jsonSize(partition.topic, key, value, headers),
    fetchedAt,
    done: false,
  };
}
