/** Record batches as Kafka keeps them (magic 2): read as they come from a client, and written where the cluster makes them. */
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import { codecs } from '../../../kafkajs/codecs.ts';
import { Reader } from '../../../kafkajs/reader.ts';
import { Writer } from '../wire/writer.ts';
import { readLegacy } from './legacy.ts';
import type { LogRecord } from './logRecord.ts';

/** In the order of Kafka's numbers of them. */
export const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const;
export type Compression = (typeof compressions)[number];

/** What a batch says of itself before its records. */
type BatchHead = Readonly<{
  /** The version of the format: 2, or 0 and 1 from before Kafka 0.11, where a batch is one record. */
  magic: 0 | 1 | 2;
  baseOffset: number;
  lastOffset: number;
  compression: Compression;
  logAppendTime: boolean;
  transactional: boolean;
  control: boolean;
  firstTimestamp: number;
  maxTimestamp: number;
  /** −1 for none, as the two after it. */
  producerId: number;
  epoch: number;
  sequence: number;
  count: number;
}>;
export type Batch = BatchHead & Readonly<{ bytes: Buffer }>;

const headLength = 61;
const beforeLength = 12;
const crcAt = 17;
const afterCrc = 21;
const magic = 2;
const bits = { compression: 7, logAppendTime: 8, transactional: 16, control: 32 } as const;

export class CorruptBatch extends Error {}

/** The batches that a client sends. @throws CorruptBatch */
export function readBatches(from: Buffer): Batch[] {
  const batches: Batch[] = [];
  for (let at = 0; at < from.length; at += (batches.at(-1) as Batch).bytes.length) {
    if (from.length - at < headLength) throw new CorruptBatch('a batch is cut off');
    const length = beforeLength + from.readInt32BE(at + beforeLength - 4);
    if (at + length > from.length) throw new CorruptBatch('a batch is cut off');
    batches.push(readBatch(Buffer.from(from.subarray(at, at + length))));
  }
  return batches;
}

function readBatch(bytes: Buffer): Batch {
  const reader = new Reader(bytes);
  const baseOffset = Number(reader.int64());
  reader.at += 8;
  if (reader.int8() !== magic) throw new CorruptBatch('a batch of an old format');
  if (bytes.readUInt32BE(crcAt) !== crc32C(bytes.subarray(afterCrc)) >>> 0) throw new CorruptBatch('a wrong checksum');
  reader.at = afterCrc;
  const attributes = reader.int16();
  return {
    magic,
    bytes,
    baseOffset,
    compression: compressions[attributes & bits.compression] ?? 'none',
    logAppendTime: (attributes & bits.logAppendTime) > 0,
    transactional: (attributes & bits.transactional) > 0,
    control: (attributes & bits.control) > 0,
    lastOffset: baseOffset + reader.int32(),
    firstTimestamp: Number(reader.int64()),
    maxTimestamp: Number(reader.int64()),
    producerId: Number(reader.int64()),
    epoch: reader.int16(),
    sequence: reader.int32(),
    count: reader.int32(),
  };
}

/** The same batch at another place of the log; its checksum does not count that in. */
export function placed(batch: Batch, baseOffset: number): Batch {
  const bytes = Buffer.from(batch.bytes);
  bytes.writeBigInt64BE(BigInt(baseOffset));
  return { ...batch, bytes, baseOffset, lastOffset: baseOffset + batch.lastOffset - batch.baseOffset };
}

function readRecord(reader: Reader, batch: Batch): LogRecord {
  const end = reader.varInt() + reader.at;
  reader.int8();
  const timestamp = batch.firstTimestamp + reader.varInt();
  const offset = batch.baseOffset + reader.varInt();
  const key = reader.bytes(reader.varInt());
  const value = reader.bytes(reader.varInt());
  const headers = Array.from({ length: reader.varInt() }, () => {
    const name = String(reader.bytes(reader.varInt()));
    return [name, reader.bytes(reader.varInt())] as const;
  });
  reader.at = end;
  return { offset, timestamp: batch.logAppendTime ? batch.maxTimestamp : timestamp, key, value, headers };
}

const codecOf = ({ compression }: Pick<BatchHead, 'compression'>) => codecs[compressions.indexOf(compression)];

export function recordsOf(batch: Batch): LogRecord[] {
  if (batch.magic !== magic) return [readLegacy(batch)];
  const packed = batch.bytes.subarray(headLength);
  const reader = new Reader(codecOf(batch)?.decompress(packed) ?? packed);
  return Array.from({ length: batch.count }, () => readRecord(reader, batch));
}

function writeRecord(record: LogRecord, head: BatchHead): Buffer {
  const writer = new Writer();
  writer.int8(0);
  writer.varInt(record.timestamp - head.firstTimestamp);
  writer.varInt(record.offset - head.baseOffset);
  writer.varBytes(record.key);
  writer.varBytes(record.value);
  writer.varInt(record.headers.length);
  for (const [name, value] of record.headers) {
    writer.varBytes(Buffer.from(name));
    writer.varBytes(value);
  }
  return writer.done();
}

/** A batch with the records, whose offsets and times need not follow each other closely. */
export function writeBatch(records: readonly LogRecord[], head: Omit<BatchHead, 'count'>): Batch {
  const whole: BatchHead = { ...head, count: records.length };
  const packed = new Writer();
  for (const record of records) packed.varBytes(writeRecord(record, whole));
  const writer = new Writer();
  const flag = (name: 'logAppendTime' | 'transactional' | 'control') => (head[name] ? bits[name] : 0);
  writer.int16(
    compressions.indexOf(head.compression) | flag('logAppendTime') | flag('transactional') | flag('control'),
  );
  writer.int32(head.lastOffset - head.baseOffset);
  writer.int64(head.firstTimestamp);
  writer.int64(head.maxTimestamp);
  writer.int64(head.producerId);
  writer.int16(head.epoch);
  writer.int32(head.sequence);
  writer.int32(records.length);
  writer.raw(codecOf(head)?.compress(packed.done()) ?? packed.done());
  const checked = writer.done();
  const before = new Writer();
  before.int64(head.baseOffset);
  before.int32(afterCrc - beforeLength + checked.length);
  before.int32(0);
  before.int8(magic);
  before.uint32(crc32C(checked) >>> 0);
  return { ...whole, bytes: Buffer.concat([before.done(), checked]) };
}

/** The head of a batch that nobody's sequence numbers are on and that has its times from its records. */
export function plainHead(records: readonly LogRecord[]): Omit<BatchHead, 'count'> {
  const times = records.map(({ timestamp }) => timestamp);
  return {
    magic,
    baseOffset: records[0]?.offset ?? 0,
    lastOffset: records.at(-1)?.offset ?? 0,
    compression: 'none',
    logAppendTime: false,
    transactional: false,
    control: false,
    firstTimestamp: Math.min(...times),
    maxTimestamp: Math.max(...times),
    producerId: -1,
    epoch: -1,
    sequence: -1,
  };
}

/** What ends a transaction in a partition. @param at ms since 1970 */
export function marker(producer: Readonly<{ id: number; epoch: number }>, commit: boolean, at: number): Batch {
  const key = Buffer.from([0, 0, 0, Number(commit)]);
  const record = { offset: 0, timestamp: at, key, value: Buffer.alloc(6), headers: [] };
  const flags = { transactional: true, control: true, producerId: producer.id, epoch: producer.epoch };
  return writeBatch([record], { ...plainHead([record]), ...flags });
}
