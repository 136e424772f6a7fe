/**
 * Record batches as Kafka writes them (magic 2), see "Record Batch" in Kafka's documentation of its message
 * format. Numbers of 64 bits are exact up to 2^53: offsets and times are far below.
 */
import crc32C from 'kafkajs/src/protocol/recordBatch/crc32C/index.js';
import { codecs } from './codecs.ts';

/** A key or value to be written; a text as UTF-8, null as no bytes at all. */
type Bytes = string | Buffer | null;
type Header = readonly [name: string, value: Bytes];
/** A record before it has an offset. Without a key it has a null one; one without a time gets that of the sending. */
export type Outgoing = Readonly<{
  key?: Bytes | undefined;
  value: Bytes;
  /** ms since 1970 */
  timestamp?: string | undefined;
  /** By name, or a list in order. */
  headers?: Readonly<Record<string, Bytes | readonly Bytes[] | undefined>> | readonly Header[] | undefined;
}>;
/** Id −1 is no idempotent producer. By the epoch and the first record's sequence brokers tell what comes twice. */
type Producer = Readonly<{ id: bigint; epoch: number; firstSequence: number; transactional: boolean }>;

/** Bytes of a batch before its records, and of them those before the part that its length counts. */
export const batchHead = 61;
/** Kafka's `baseOffset` of 8 bytes, and the length itself of 4. */
export const beforeLength = 12;
const afterCrc = 21;
const transactionalFlag = 0x10;

const lengthOf = (bytes: Bytes | undefined): number =>
  bytes === null || bytes === undefined ? -1 : typeof bytes === 'string' ? Buffer.byteLength(bytes) : bytes.length;

/** Bytes of a number as a zig-zag varint; −1 takes one byte. */
function sizeOfVarInt(value: number): number {
  let size = 1;
  for (let rest = value < 0 ? 1 : value * 2; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

const sizeOfBytes = (length: number): number => sizeOfVarInt(length) + Math.max(length, 0);

/** A buffer that is written from its front to its end. */
export class Pen {
  readonly buffer: Buffer;
  at = 0;

  constructor(size: number) {
    this.buffer = Buffer.allocUnsafe(size);
  }

  int8(value: number): void {
    this.at = this.buffer.writeInt8(value, this.at);
  }

  int16(value: number): void {
    this.at = this.buffer.writeInt16BE(value, this.at);
  }

  int32(value: number): void {
    this.at = this.buffer.writeInt32BE(value, this.at);
  }

  int64(value: bigint): void {
    this.at = this.buffer.writeBigInt64BE(value, this.at);
  }

  /** @param value −1 or more */
  varInt(value: number): void {
    let rest = value < 0 ? 1 : value * 2;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.buffer[this.at++] = (rest % 0x80) | 0x80;
    this.buffer[this.at++] = rest;
  }

  /** @param length what `lengthOf` says of them */
  bytes(bytes: Bytes | undefined, length: number): void {
    this.varInt(length);
    this.raw(bytes, length);
  }

  raw(bytes: Bytes | undefined, length: number): void {
    if (length <= 0 || bytes === null || bytes === undefined) return;
    if (typeof bytes !== 'string') bytes.copy(this.buffer, this.at);
    // As many bytes as characters: plain ASCII, which is copied and not converted.
    else this.buffer.write(bytes, this.at, length, bytes.length === length ? 'latin1' : 'utf8');
    this.at += length;
  }
}

function packHeaders(headers: NonNullable<Outgoing['headers']>): Buffer {
  const all: readonly Header[] = Array.isArray(headers)
    ? headers
    : Object.entries(headers).flatMap(([name, values]) =>
        [values].flat().map((value): Header => [name, value ?? null]),
      );
  const size = all.reduce(
    (sum, [name, value]) => sum + sizeOfBytes(Buffer.byteLength(name)) + sizeOfBytes(lengthOf(value)),
    sizeOfVarInt(all.length),
  );
  const pen = new Pen(size);
  pen.varInt(all.length);
  for (const [name, value] of all) {
    pen.bytes(name, Buffer.byteLength(name));
    pen.bytes(value, lengthOf(value));
  }
  return pen.buffer;
}

const noHeaders = packHeaders({});
const fields = 4;

/** A batch that is measured and can be written. */
export class Batch {
  /** Bytes, its head included. */
  readonly size: number;
  readonly #records: readonly Outgoing[];
  /** Of each record: its own length, the ms after the first one, the lengths of key and value. */
  readonly #numbers: Float64Array;
  readonly #headers: Buffer[];
  readonly #first: number;
  #latest: number;

  /** @param now the time of the records that bring none, in ms since 1970 */
  constructor(records: readonly Outgoing[], now: number) {
    this.#records = records;
    this.#numbers = new Float64Array(fields * records.length);
    const timed = records.some(({ timestamp }) => timestamp !== undefined);
    const times = timed
      ? records.map(({ timestamp }) => (timestamp === undefined ? now : Number(timestamp)))
      : undefined;
    this.#first = times ? times.reduce((least, one) => Math.min(least, one)) : now;
    this.#latest = this.#first;
    this.#headers = records.map(({ headers }) => (headers ? packHeaders(headers) : noHeaders));
    let size = batchHead;
    for (let index = 0; index < records.length; index++) size += this.#measure(index, times?.[index] ?? now);
    this.size = size;
  }

  #measure(index: number, time: number): number {
    const { key, value } = this.#records[index] as Outgoing;
    const [later, keyLength, valueLength] = [time - this.#first, lengthOf(key), lengthOf(value)];
    const own = 1 + sizeOfVarInt(later) + sizeOfVarInt(index) + sizeOfBytes(keyLength) + sizeOfBytes(valueLength);
    const length = own + (this.#headers[index] as Buffer).length;
    this.#numbers.set([length, later, keyLength, valueLength], fields * index);
    this.#latest = Math.max(this.#latest, time);
    return sizeOfVarInt(length) + length;
  }

  write(pen: Pen, producer: Producer): void {
    const start = pen.at;
    pen.int64(0n);
    pen.int32(this.size - beforeLength);
    pen.int32(0);
    pen.int8(2);
    pen.at += 4;
    pen.int16(producer.transactional ? transactionalFlag : 0);
    pen.int32(this.#records.length - 1);
    pen.int64(BigInt(this.#first));
    pen.int64(BigInt(this.#latest));
    pen.int64(producer.id);
    pen.int16(producer.epoch);
    pen.int32(producer.firstSequence);
    pen.int32(this.#records.length);
    for (let index = 0; index < this.#records.length; index++) this.#writeRecord(pen, index);
    const checked = pen.buffer.subarray(start + afterCrc, pen.at);
    pen.buffer.writeUInt32BE(crc32C(checked), start + afterCrc - 4);
  }

  /** @param codec Kafka's number of it */
  compressed(producer: Producer, codec: number): Buffer {
    const pen = new Pen(this.size);
    this.write(pen, producer);
    const head = pen.buffer.subarray(0, batchHead);
    const content = codecs[codec]?.compress(pen.buffer.subarray(batchHead));
    if (!content) throw new Error(`Kafka knows no compression ${codec}`);
    const bytes = Buffer.concat([head, content]);
    bytes.writeInt32BE(bytes.length - beforeLength, beforeLength - 4);
    bytes.writeInt16BE(bytes.readInt16BE(afterCrc) | codec, afterCrc);
    bytes.writeUInt32BE(crc32C(bytes.subarray(afterCrc)), afterCrc - 4);
    return bytes;
  }

  #writeRecord(pen: Pen, index: number): void {
    const { key, value } = this.#records[index] as Outgoing;
    const at = fields * index;
    pen.varInt(this.#numbers[at] as number);
    pen.int8(0);
    pen.varInt(this.#numbers[at + 1] as number);
    pen.varInt(index);
    pen.bytes(key, this.#numbers[at + 2] as number);
    pen.bytes(value, this.#numbers[at + 3] as number);
    const headers = this.#headers[index] as Buffer;
    pen.raw(headers, headers.length);
  }
}
