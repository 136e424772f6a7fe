/** How a value lies in the bytes of Kafka's protocol: said once, read and written by it. */
import { Reader } from '../../../kafkajs/reader.ts';
import { Writer } from './writer.ts';

export type Layout<T> = Readonly<{ read(from: Reader): T; write(to: Writer, value: T): void }>;

export const int8: Layout<number> = { read: (from) => from.int8(), write: (to, value) => to.int8(value) };
export const int16: Layout<number> = { read: (from) => from.int16(), write: (to, value) => to.int16(value) };
export const int32: Layout<number> = { read: (from) => from.int32(), write: (to, value) => to.int32(value) };
/** Exact up to 2^53. */
export const int64: Layout<number> = { read: (from) => Number(from.int64()), write: (to, value) => to.int64(value) };
export const bool: Layout<boolean> = {
  read: (from) => from.int8() !== 0,
  write: (to, value) => to.int8(Number(value)),
};

export const maybeText: Layout<string | null> = {
  read: (from) => from.bytes(from.int16())?.toString() ?? null,
  write(to, value) {
    to.int16(value === null ? -1 : Buffer.byteLength(value));
    if (value !== null) to.raw(Buffer.from(value));
  },
};
/** None is read as the empty text. */
export const text: Layout<string> = { read: (from) => maybeText.read(from) ?? '', write: maybeText.write };

/** None is read as no bytes. */
export const bytes: Layout<Buffer> = {
  read: (from) => from.bytes(from.int32()) ?? Buffer.alloc(0),
  write(to, value) {
    to.int32(value.length);
    to.raw(value);
  },
};

export const maybeList = <T>(of: Layout<T>): Layout<readonly T[] | null> => ({
  read(from) {
    const count = from.int32();
    return count < 0 ? null : Array.from({ length: count }, () => of.read(from));
  },
  write(to, values) {
    to.int32(values?.length ?? -1);
    for (const value of values ?? []) of.write(to, value);
  },
});

/** None is read as the empty list. */
export function list<T>(of: Layout<T>): Layout<readonly T[]> {
  const { read, write } = maybeList(of);
  return { read: (from) => read(from) ?? [], write };
}

/** Fields one after the other, in the order in which they are named. */
export function struct<T extends object>(fields: { readonly [K in keyof T]: Layout<T[K]> }): Layout<Readonly<T>> {
  const names = Object.keys(fields) as (keyof T)[];
  return {
    read(from) {
      const value: Partial<T> = {};
      for (const name of names) value[name] = fields[name].read(from);
      return value as T;
    },
    write(to, value) {
      for (const name of names) fields[name].write(to, value[name]);
    },
  };
}

/** A list of topics with something said of each of their partitions. */
export const byTopic = <T>(partition: Layout<T>) => list(struct({ topic: text, partitions: list(partition) }));

export function encode<T>(layout: Layout<T>, value: T): Buffer {
  const writer = new Writer();
  layout.write(writer, value);
  return writer.done();
}

export const decode = <T>(layout: Layout<T>, from: Buffer): T => layout.read(new Reader(from));
