/** What a schema registry knows of records, and what is made of it. */

/** In AWS's words, which are also those of a record's `dataFormat`. */
export const dataFormats = ['AVRO', 'PROTOBUF', 'JSON'] as const;
export type DataFormat = (typeof dataFormats)[number];

/** A schema as a registry has it. What it refers to comes first in `references`, each after what it refers to itself. */
export type RegisteredSchema = Readonly<{
  format: DataFormat;
  text: string;
  /** Those that it names, and those that they name: `name` is what they are imported by. */
  references: readonly Readonly<{ name: string; text: string }>[];
}>;

/**
 * Reads what follows the id of the schema in a record.
 * @returns what JSON can say of it
 * @throws Error where the bytes are not of the schema
 */
export type Decode = (bytes: Buffer) => unknown;
