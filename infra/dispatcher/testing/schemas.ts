/** The schema registry of a test: what it is given, and nobody else. */
import { z } from 'zod';
import { Mistake, messageOf } from '../../faults.ts';
import { type DataFormat, dataFormats, type RegisteredSchema } from '../schema/codec.ts';
import type { GivenSchema } from './interface.ts';

/** It has 4 bytes before what is written by it. */
const idWords = 'is the id of a schema: a whole number from 0 to 4294967295';
export const schemaId = z.int(idWords).min(0, idWords).max(0xffffffff, idWords);

const text = z.union([z.string(), z.record(z.string(), z.unknown())], 'is a schema, as text or as an object');
const schemaSchema = z.strictObject({
  schemaType: z.enum(dataFormats).default('AVRO'),
  schema: text,
  references: z.array(z.strictObject({ name: z.string(), schema: text })).default([]),
});

/** What is written by a schema, without its frame. */
type Encode = (value: unknown) => Buffer;
type Known = Readonly<{ registered: RegisteredSchema; encode: Encode }>;

const textOf = (schema: z.infer<typeof text>): string => (typeof schema === 'string' ? schema : JSON.stringify(schema));

export class GivenRegistry {
  readonly #known: ReadonlyMap<number, Known>;

  constructor(known: ReadonlyMap<number, Known>) {
    this.#known = known;
  }

  schema = async (id: number): Promise<RegisteredSchema | undefined> => this.#known.get(id)?.registered;

  /**
   * A part of a record in the frame of Confluent's clients. Bytes are taken for what was written by the schema already.
   * @throws Mistake that names the field
   */
  framed(id: number, value: unknown, where: string): Buffer {
    const head = Buffer.alloc(5);
    head.writeUInt32BE(id, 1);
    if (value instanceof Uint8Array) return Buffer.concat([head, value]);
    const known = this.#known.get(id);
    if (!known) throw new Mistake('record', `${where}: \`schemas\` among the options has no ${id}`);
    try {
      return Buffer.concat([head, known.encode(value)]);
    } catch (error) {
      throw new Mistake('record', `${where}: is not of schema ${id}: ${messageOf(error)}`);
    }
  }
}

/** Loads what reads and writes them: that takes real time, of which a scenario has none. */
const encoders: Record<DataFormat, () => Promise<(schema: RegisteredSchema) => Encode>> = {
  AVRO: async () => (await import('../schema/avro.ts')).avroEncoder,
  PROTOBUF: async () => {
    await import('../schema/protobuf.ts');
    return () => () => {
      throw new Error(
        'give the bytes that your Protobuf code makes, behind the index of their message (0 for the first)',
      );
    };
  },
  JSON: async () => {
    await import('../schema/jsonSchema.ts');
    return () => (value) => Buffer.from(JSON.stringify(value));
  },
};

/** @throws Mistake that names the schema at fault */
export async function registryOf(given: Readonly<Record<number, GivenSchema>>): Promise<GivenRegistry> {
  const known = new Map<number, Known>();
  for (const [id, one] of Object.entries(given)) {
    if (!/^\d+$/.test(id) || !schemaId.safeParse(Number(id)).success) {
      throw new Mistake('record', `schemas.${id}: ${idWords}`);
    }
    const read = schemaSchema.safeParse(one);
    if (!read.success) throw new Mistake('record', `schemas.${id}: ${z.prettifyError(read.error)}`);
    const { schemaType: format, schema, references } = read.data;
    const registered: RegisteredSchema = {
      format,
      text: textOf(schema),
      references: references.map(({ name, schema: referred }) => ({ name, text: textOf(referred) })),
    };
    try {
      known.set(Number(id), { registered, encode: (await encoders[format]())(registered) });
    } catch (error) {
      throw new Mistake('record', `schemas.${id}: ${messageOf(error)}`);
    }
  }
  return new GivenRegistry(known);
}
