import avro from 'avsc';
import type { Decode, RegisteredSchema } from './codec.ts';

declare global {
  interface JSON {
    /** Node has it, and TypeScript's libraries do not yet: printed as it is. */
    rawJSON(text: string): unknown;
  }
}

/** Of 64 bits, in either of JavaScript's kinds. */
const isLong = (value: unknown): boolean =>
  (typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value))) &&
  BigInt.asIntN(64, BigInt(value)) === BigInt(value);

/** JavaScript's own numbers lose the last digits of long ones. */
const long = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint | number) => {
    const bytes = Buffer.allocUnsafe(8);
    bytes.writeBigInt64LE(BigInt(value));
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: isLong,
  compare: (one: bigint, other: bigint) => (one === other ? 0 : one < other ? -1 : 1),
});

/** @throws Error where the schema is none of Avro's */
export function avroDecoder(schema: RegisteredSchema): Decode {
  const type = typeOf(schema, { typeHook: longs, wrapUnions: 'always' });
  return (bytes) => plain(type.fromBuffer(bytes));
}

/** @throws Error where the schema is none of Avro's; what it gives throws one where a value is not of the schema */
export function avroEncoder(schema: RegisteredSchema): (value: unknown) => Buffer {
  const type = typeOf(schema, { typeHook: writable });
  return (value) => type.toBuffer(value);
}

function typeOf({ text, references }: RegisteredSchema, given: Partial<avro.ForSchemaOptions>): avro.Type {
  // They learn of each other's names by it.
  const options = { ...given, registry: {} };
  for (const reference of references) avro.Type.forSchema(JSON.parse(reference.text), options);
  return avro.Type.forSchema(JSON.parse(text), options);
}

const longs = (schema: unknown): avro.Type | undefined =>
  schema === 'long' || (isObject(schema) && schema.type === 'long') ? long : undefined;

const numbers = ['int', 'long', 'float', 'double'];

/** A union of several kinds of numbers is told which one it is, as in Avro's own JSON: `{ "long": 5 }`. */
function writable(schema: unknown, options: unknown): avro.Type | undefined {
  if (!Array.isArray(schema)) return longs(schema);
  const kinds = schema.filter((one) => numbers.includes(isObject(one) ? String(one.type) : one));
  return kinds.length > 1 ? new avro.types.WrappedUnionType(schema, options) : undefined;
}

/** Unions as the value that is there, bytes as a text of a character each: as Avro's own generic records print. */
function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : JSON.rawJSON(`${value}`);
  if (typeof value === 'number') return Number.isFinite(value) ? value : `${value}`;
  if (value instanceof Uint8Array) return Buffer.from(value).toString('latin1');
  if (Array.isArray(value)) return value.map(plain);
  if (!isObject(value)) return value;
  if (typeof value.unwrap === 'function') return plain(value.unwrap());
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, plain(one)]));
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;
