import type { Headers } from '../../kafkajs/headers.ts';
import type { Source } from '../invoke/kafkaEvent.ts';

/** AWS's cap on the payload of an invocation. */
export const payloadLimit = 6 * 1024 * 1024;

/**
 * Bytes that the records of one event may take beside the event's own fields. A batch can mix partitions, each with
 * its own list; 16 bytes hold the punctuation of one.
 */
export const recordsLimit = (source: Source, partitions: number): number =>
  payloadLimit - JSON.stringify({ ...source, records: {} }).length - partitions * (source.topic.length + 16);

const base64Length = (bytes: Uint8Array | null, field: number): number =>
  bytes ? 4 * Math.ceil(bytes.length / 3) + field : 0;

/** `"key":"",` and `"value":"",`, and `{"":[]},` for each header. */
const keyField = 9;
const valueField = 11;
const headerFields = 8;
/** `-128,`: header values are lists of signed bytes. */
const headerByte = 5;

/** Bytes that a record takes in the JSON of an event, at most. */
export function jsonSize(topic: string, key: Buffer | null, value: Buffer | null, headers: Headers): number {
  let size = 180 + topic.length + base64Length(key, keyField) + base64Length(value, valueField);
  for (const [name, content] of headers) {
    size += Buffer.byteLength(JSON.stringify(name)) + headerFields + (content?.length ?? 0) * headerByte;
  }
  return size;
}
