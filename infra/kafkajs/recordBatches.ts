/** Reads record batches as Kafka writes them (magic 2), see "Record Batch" in Kafka's documentation of its message format. */
import { batchHead, beforeLength } from './batch.ts';
import { codecs } from './codecs.ts';
import { type Headers, namedHeaders, noHeaders } from './headers.ts';
import { Reader } from './reader.ts';

/** The head of a batch, by kafkajs' names. 64-bit numbers are texts, times ms since 1970; type 1 is LogAppendTime. */
type Context = {
  firstOffset: string;
  firstTimestamp: string;
  partitionLeaderEpoch: number;
  inTransaction: boolean;
  isControlBatch: boolean;
  lastOffsetDelta: number;
  producerId: string;
  producerEpoch: number;
  firstSequence: number;
  maxTimestamp: string;
  timestampType: number;
  magicByte: number;
};

const magic = 2;
const compression = 0x07;
const appendTime = 0x08;
const transactional = 0x10;
const control = 0x20;
/** Where in a batch its magic byte and its attributes are. */
export const magicAt = 16;
const attributesAt = 21;

/** A record as kafkajs hands it on, and its headers in order. */
class Fetched {
  /** Its offset. */
  readonly at: number;
  /** ms since 1970 */
  readonly time: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headerList: Headers;
  readonly batchContext: Context;
  /** Not for the reader: a marker, or what a transaction undid. kafkajs passes it over and goes on after it. */
  isControlRecord: boolean;

  constructor(at: number, time: number, context: Context, reader?: Reader) {
    this.at = at;
    this.time = time;
    this.key = reader ? reader.bytes(reader.varInt()) : null;
    this.value = reader ? reader.bytes(reader.varInt()) : null;
    this.headerList = reader ? readHeaders(reader) : noHeaders;
    this.isControlRecord = context.isControlBatch;
    this.batchContext = context;
  }

  // What follows is as kafkajs gives it, and asked for of few records.

  get offset(): string {
    return `${this.at}`;
  }

  get timestamp(): string {
    return `${this.time}`;
  }

  get headers() {
    return namedHeaders(this.headerList);
  }

  get magicByte(): number {
    return magic;
  }

  /** Kafka uses none of a record's own. */
  get attributes(): number {
    return 0;
  }
}

function readHeaders(reader: Reader): Headers {
  let left = reader.varInt();
  if (left <= 0) return noHeaders;
  const headers: [string, Buffer | null][] = [];
  for (; left > 0; left--) headers.push([String(reader.bytes(reader.varInt())), reader.bytes(reader.varInt())]);
  return headers;
}

function readContext(reader: Reader, firstOffset: bigint, attributes: number): Context {
  const partitionLeaderEpoch = reader.int32();
  const magicByte = reader.int8();
  reader.int32();
  reader.int16();
  return {
    firstOffset: `${firstOffset}`,
    partitionLeaderEpoch,
    inTransaction: (attributes & transactional) > 0,
    isControlBatch: (attributes & control) > 0,
    timestampType: (attributes & appendTime) > 0 ? 1 : 0,
    lastOffsetDelta: reader.int32(),
    firstTimestamp: `${reader.int64()}`,
    maxTimestamp: `${reader.int64()}`,
    producerId: `${reader.int64()}`,
    producerEpoch: reader.int16(),
    firstSequence: reader.int32(),
    magicByte,
  };
}

/** Puts the records of a batch behind those of others. @param end where the batch ends */
function readBatch(reader: Reader, end: number, records: Fetched[]): void {
  const attributes = reader.buffer.readInt16BE(reader.at + attributesAt);
  const firstOffset = reader.int64();
  reader.int32();
  const context = readContext(reader, firstOffset, attributes);
  const { timestampType, maxTimestamp, firstTimestamp } = context;
  const [offset, first, latest] = [Number(firstOffset), Number(firstTimestamp), Number(maxTimestamp)];
  let left = reader.int32();
  const codec = codecs[attributes & compression];
  const content = codec ? new Reader(codec.decompress(reader.buffer.subarray(reader.at, end))) : reader;
  for (; left > 0; left--) {
    const behind = content.varInt() + content.at;
    content.at++;
    const time = first + content.varInt();
    records.push(new Fetched(offset + content.varInt(), timestampType === 1 ? latest : time, context, content));
    content.at = behind;
  }
  reader.at = end;
  addLast(records, context, offset + context.lastOffsetDelta);
}

/**
 * Compaction leaves a batch its offsets when the last record is gone, or all are: kafkajs would ask for them again, and
 * where nothing follows again and again. It goes on behind a record that is not for the reader.
 */
function addLast(records: Fetched[], context: Context, last: number): void {
  if ((records.at(-1)?.at ?? -1) >= last) return;
  const place = new Fetched(last, Number(context.firstTimestamp), context);
  place.isControlRecord = true;
  records.push(place);
}

/** A transaction that was aborted, as a fetch's answer lists it: of whom, and from which offset on. */
export type Transaction = Readonly<{ producerId: string; firstOffset: string }>;

/** Tells which batches transactions have undone. Brokers list those in the order in which they ended. */
class Undone {
  readonly #open: Transaction[];
  readonly #producers = new Set<string>();

  constructor(aborted: readonly Transaction[]) {
    this.#open = aborted.toSorted((a, b) => Number(a.firstOffset) - Number(b.firstOffset));
  }

  /** The batches come in the order of their offsets. */
  has(first: Fetched | undefined, last: number): boolean {
    for (let next = this.#open[0]; next && Number(next.firstOffset) <= last; next = this.#open[0]) {
      this.#producers.add(next.producerId);
      this.#open.shift();
    }
    if (!first || this.#producers.size === 0) return false;
    const { producerId, isControlBatch, inTransaction } = first.batchContext;
    // The key of a marker is its version and its kind, of two bytes each: 0 is an abort.
    if (isControlBatch && first.key?.readInt16BE(2) === 0) this.#producers.delete(producerId);
    return inTransaction && !isControlBatch && this.#producers.has(producerId);
  }
}

/**
 * kafkajs drops the records before the offset that it asked for: a batch is sent whole. It asks for each record, with
 * 64-bit numbers; but once one is wanted, all after it are.
 */
function fromFirst(this: Fetched[], wanted: (record: Fetched) => boolean): Fetched[] {
  const first = this.findIndex(wanted);
  return first < 0 ? [] : this.slice(first);
}

/** Records of one partition, with the offset behind the last batch. */
export type Records = Fetched[] & { readonly next?: bigint | undefined };

/**
 * The batches of one partition; the last one may be cut off, since the broker counts bytes.
 * @param bytes which the records are slices of
 */
export function readBatches(bytes: Buffer, aborted: readonly Transaction[]): Records {
  const reader = new Reader(bytes);
  const undone = new Undone(aborted);
  const records: Fetched[] = [];
  let next: bigint | undefined;
  while (bytes.length - reader.at >= batchHead && bytes[reader.at + magicAt] === magic) {
    const end = reader.at + beforeLength + bytes.readInt32BE(reader.at + beforeLength - 4);
    if (end > bytes.length) break;
    const from = records.length;
    readBatch(reader, end, records);
    const last = records.at(-1)?.at ?? -1;
    if (undone.has(records[from], last)) for (const record of records.slice(from)) record.isControlRecord = true;
    next = BigInt(last + 1);
  }
  return Object.defineProperties(records, { filter: { value: fromFirst }, next: { value: next } });
}
