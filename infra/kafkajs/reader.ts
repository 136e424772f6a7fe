/** A buffer that is read from its front to its end. */
export class Reader {
  readonly buffer: Buffer;
  at: number;

  constructor(buffer: Buffer, at = 0) {
    this.buffer = buffer;
    this.at = at;
  }

  int8(): number {
    return this.buffer.readInt8(this.#forward(1));
  }

  int16(): number {
    return this.buffer.readInt16BE(this.#forward(2));
  }

  int32(): number {
    return this.buffer.readInt32BE(this.#forward(4));
  }

  int64(): bigint {
    return this.buffer.readBigInt64BE(this.#forward(8));
  }

  /** A zig-zag varint of up to 2^53. */
  varInt(): number {
    let byte = this.buffer[this.at++] as number;
    if (byte < 0x80) return (byte >>> 1) ^ -(byte & 1);
    let [value, scale] = [byte & 0x7f, 0x80];
    do {
      byte = this.buffer[this.at++] as number;
      value += (byte & 0x7f) * scale;
      scale *= 0x80;
    } while (byte >= 0x80);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  bytes(length: number): Buffer | null {
    if (length < 0) return null;
    this.at += length;
    return this.buffer.subarray(this.at - length, this.at);
  }

  text(): string {
    return String(this.bytes(this.int16()) ?? '');
  }

  list<T>(read: () => T): T[] {
    return Array.from({ length: Math.max(0, this.int32()) }, read);
  }

  #forward(bytes: number): number {
    this.at += bytes;
    return this.at - bytes;
  }
}
