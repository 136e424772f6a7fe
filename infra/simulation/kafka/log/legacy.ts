/** Records in the formats of before Kafka 0.11 (magic 0 and 1): brokers of today take none, but may still have some. */
import { crc32 } from 'node:zlib';
import { Reader } from '../../../kafkajs/reader.ts';
import { Writer } from '../wire/writer.ts';
import type { LogRecord } from './logRecord.ts';

const crcEnd = 16;

function writeBytes(writer: Writer, bytes: Buffer | null): void {
  writer.int32(bytes?.length ?? -1);
  if (bytes) writer.raw(bytes);
}

/** A record without headers; without a time, too, where magic is 0. */
export function writeLegacy({ timestamp, key, value }: LogRecord, magic: 0 | 1): Buffer {
  const checked = new Writer();
  checked.int8(magic);
  checked.int8(0);
  if (magic === 1) checked.int64(timestamp);
  writeBytes(checked, key);
  writeBytes(checked, value);
  const body = checked.done();
  const writer = new Writer();
  writer.int64(0);
  writer.int32(4 + body.length);
  writer.uint32(crc32(body));
  writer.raw(body);
  return writer.done();
}

/** A batch of one record. */
type LegacyBatch = Readonly<{ bytes: Buffer; magic: number; baseOffset: number }>;

export function readLegacy({ bytes, magic, baseOffset }: LegacyBatch): LogRecord {
  const reader = new Reader(bytes, crcEnd + 2);
  const timestamp = magic === 1 ? Number(reader.int64()) : -1;
  const key = reader.bytes(reader.int32());
  const value = reader.bytes(reader.int32());
  return { offset: baseOffset, timestamp, key, value, headers: [] };
}
