/** Bytes that are written from their front to their end; the buffer grows as needed. */
export class Writer {
  #buffer = Buffer.allocUnsafe(256);
  #at = 0;

  get length(): number {
    return this.#at;
  }

  #forward(bytes: number): number {
    const at = this.#at;
    this.#at += bytes;
    if (this.#at > this.#buffer.length) {
      const larger = Buffer.allocUnsafe(2 * this.#at);
      this.#buffer.copy(larger, 0, 0, at);
      this.#buffer = larger;
    }
    return at;
  }

  int8(value: number): void {
    const at = this.#forward(1);
    this.#buffer.writeInt8(value, at);
  }

  int16(value: number): void {
    const at = this.#forward(2);
    this.#buffer.writeInt16BE(value, at);
  }

  int32(value: number): void {
    const at = this.#forward(4);
    this.#buffer.writeInt32BE(value, at);
  }

  uint32(value: number): void {
    const at = this.#forward(4);
    this.#buffer.writeUInt32BE(value, at);
  }

  /** @param value whole, exact up to 2^53 */
  int64(value: number): void {
    const at = this.#forward(8);
    this.#buffer.writeBigInt64BE(BigInt(value), at);
  }

  /** A zig-zag varint. @param value whole, exact up to 2^52 */
  varInt(value: number): void {
    let rest = value < 0 ? -2 * value - 1 : 2 * value;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) this.int8(((rest % 0x80) | 0x80) - 0x100);
    this.int8(rest);
  }

  raw(bytes: Buffer): void {
    const at = this.#forward(bytes.length);
    bytes.copy(this.#buffer, at);
  }

  /** Bytes with a varint for their length, −1 for null. */
  varBytes(bytes: Buffer | null): void {
    this.varInt(bytes?.length ?? -1);
    if (bytes) this.raw(bytes);
  }

  /** What is written so far; the writer is not to be used after. */
  done(): Buffer {
    return this.#buffer.subarray(0, this.#at);
  }
}
