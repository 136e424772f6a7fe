import type { Headers } from '../../kafkajs/headers.ts';
import type { Source } from '../invoke/kafkaEvent.ts';
import type { Decoded } from '../schema/schemas.ts';

/** AWS's cap on the payload of an invocation. */
export const payloadLimit = 6 * 1024 * 1024;

/** Bytes that the records of one event may take, and the lists of their partitions, beside the event's own fields. */
export const recordsLimit = (source: Source): number =>
  payloadLimit - JSON.stringify({ ...source, records: {} }).length;

/** Bytes that the list of one partition takes beside its records: its name, and `"-2147483647":[],`. */
export const listSize = (topic: string): number => topic.length + 17;

const base64Length = (bytes: Uint8Array | null, field: number): number =>
  bytes ? 4 * Math.ceil(bytes.length / 3) + field : 0;

/** `"key":"",` and `"value":"",`, and `{"":[]},` for each header. */
const keyField = 9;
const valueField = 11;
const headerFields = 8;
/** `-128,`: header values are lists of signed bytes. */
const headerByte = 5;

/** `"valueSchemaMetadata":{"dataFormat":"PROTOBUF","schemaId":"4294967295"},` */
const schemaField = 75;

/** Bytes that the schemas of a record take there. */
export const schemasSize = ({ keySchema, valueSchema }: Decoded): number =>
  (keySchema ? schemaField : 0) + (valueSchema ? schemaField : 0);

/** Bytes that a record without schemas takes in the JSON of an event, at most. */
export function jsonSize(
  topic: string,
  { key, value }: Readonly<{ key: Uint8Array | null; value: Uint8Array | null }>,
  headers: Headers,
): number {
  let size = 180 + topic.length + base64Length(key, keyField) + base64Length(value, valueField);
  for (const [name, content] of headers) {
    size += Buffer.byteLength(JSON.stringify(name)) + headerFields + (content?.length ?? 0) * headerByte;
  }
  return size;
}
