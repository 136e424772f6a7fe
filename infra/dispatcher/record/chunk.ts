import { type Headers, noHeaders } from '../../kafkajs/headers.ts';

/** What a record has of the buffer that it came in. */
export type Slices = {
  key: Buffer | null;
  value: Buffer | null;
  headers: Headers;
  /** Bytes that the three have, or more. */
  readonly size: number;
  done: boolean;
};

/** Records that came in one buffer. It is held until the last of them is done, or until what is left is copied out of it. */
export class Chunk {
  /** Memory that is held. */
  bytes: number;
  #records: Slices[] = [];
  #left = 0;

  /** @param bytes of the buffer */
  constructor(bytes: number) {
    this.bytes = bytes;
  }

  get empty(): boolean {
    return this.#left === 0;
  }

  add(record: Slices): void {
    this.#records.push(record);
    this.#left += record.size;
  }

  /** A record that is done keeps nothing, since its partition may remember it for long. */
  finish(record: Slices): void {
    record.done = true;
    record.key = null;
    record.value = null;
    record.headers = noHeaders;
    this.#left -= record.size;
  }

  /** Lets go of the buffer where little of it is still needed. */
  compact(): void {
    if (this.#left * 2 >= this.bytes) return;
    this.#records = this.#records.filter(({ done }) => !done);
    for (const record of this.#records) {
      record.key = record.key && Buffer.from(record.key);
      record.value = record.value && Buffer.from(record.value);
      record.headers = record.headers.map(([name, value]) => [name, value && Buffer.from(value)]);
    }
    this.bytes = this.#left;
  }
}
