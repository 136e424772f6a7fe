import { type Headers, noHeaders } from '../../kafkajs/headers.ts';
import type { Decoded } from '../schema/schemas.ts';

/** What a record has of the buffer that it came in. */
export type Slices = {
  key: Buffer | null;
  value: Buffer | null;
  headers: Headers;
  /** What is delivered instead of key and value, in memory of its own. */
  decoded: Decoded | undefined;
  /** Bytes that they have, or more. */
  readonly size: number;
  readonly chunk: Chunk;
  done: boolean;
};

/**
 * A buffer that records of a partition came in, maybe with those of others: each counts it as a whole. It is held until the
 * last of them is done, or until what is left is copied out of it.
 */
export class Chunk {
  /** Memory that is held. */
  bytes: number;
  /** Sizes of the records that are not done. */
  left = 0;

  /** @param bytes of the buffer */
  constructor(bytes: number) {
    this.bytes = bytes;
  }

  /** Whether little of what it holds is still needed. */
  get isSparse(): boolean {
    return this.left * 2 < this.bytes;
  }
}

/** A record that is done keeps nothing, since its partition may remember it for long. */
export function letGo(record: Slices): void {
  record.key = null;
  record.value = null;
  record.headers = noHeaders;
  record.decoded = undefined;
}

/** Copies what the record has out of its buffer. */
export function detach(record: Slices): void {
  record.key = record.key && Buffer.from(record.key);
  record.value = record.value && Buffer.from(record.value);
  record.headers = record.headers.map(([name, value]) => [name, value && Buffer.from(value)]);
}
