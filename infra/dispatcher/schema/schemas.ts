/** What records say by the schemas that they name. */
import type { KafkaMessage } from 'kafkajs';
import { type Clock, systemClock, withDeadline } from '../../clock.ts';
import { messageOf } from '../../faults.ts';
import type { SchemaRegistryConfig } from '../config/schemaRegistry.ts';
import type { DataFormat, Decode, RegisteredSchema } from './codec.ts';
import type { SchemaRegistry } from './registry.ts';

/** By which schema bytes were read. */
export type SchemaOf = Readonly<{ dataFormat: DataFormat; schemaId: number }>;

/** What of a record is delivered, where that is not what was produced. */
export type Decoded = Readonly<{
  key: Buffer | null;
  value: Buffer | null;
  keySchema: SchemaOf | undefined;
  valueSchema: SchemaOf | undefined;
}>;

/** In AWS's words: why a record does not even get to its function. */
export type SchemaCondition = 'SCHEMA_NOT_FOUND' | 'DESERIALIZATION_ERROR';

/** A record that its schema cannot make readable. */
export class SchemaFault extends Error {
  readonly condition: SchemaCondition;

  constructor(condition: SchemaCondition, message: string) {
    super(message);
    this.name = condition;
    this.condition = condition;
  }
}

type Known = Readonly<{ format: DataFormat; decode: Decode }>;
type Message = Pick<KafkaMessage, 'key' | 'value'>;

/** Confluent's frame: a byte that is 0, then the id of the schema. */
const magic = 0;
const frame = 5;

/** Milliseconds. A member of a consumer group that is silent for longer than 10 s loses its partitions. */
const patience = 3000;

/** The registry is asked once for each schema. */
export class Schemas {
  readonly #registry: Pick<SchemaRegistry, 'schema'>;
  readonly #clock: Clock;
  readonly #toJson: boolean;
  readonly #parts: readonly ('key' | 'value')[];
  readonly #known = new Map<number, Known | SchemaFault>();
  readonly #asking = new Map<number, Promise<void>>();

  constructor(config: SchemaRegistryConfig, registry: Pick<SchemaRegistry, 'schema'>, clock = systemClock) {
    this.#registry = registry;
    this.#clock = clock;
    this.#toJson = config.EventRecordFormat === 'JSON';
    const checked = new Set(config.SchemaValidationConfigs.map(({ Attribute }) => Attribute));
    this.#parts = [
      ...(checked.has('KEY') ? ['key' as const] : []),
      ...(checked.has('VALUE') ? ['value' as const] : []),
    ];
  }

  /** Looks up the schemas of records before they are decoded. @throws Error where the registry does not tell */
  async learn(messages: readonly Message[]): Promise<void> {
    const ids = new Set(messages.flatMap((message) => this.#parts.map((part) => idOf(message[part]))));
    const unknown = [...ids].filter((id): id is number => id !== undefined && !this.#isKnown(id));
    if (unknown.length === 0) return;
    await withDeadline(this.#clock, patience, async (signal) => {
      for (const id of unknown) await this.#lookUp(id, signal);
    });
  }

  /** What was not there may have come since. */
  #isKnown(id: number): boolean {
    const known = this.#known.get(id);
    return known !== undefined && !(known instanceof SchemaFault && known.condition === 'SCHEMA_NOT_FOUND');
  }

  /**
   * @returns what is delivered, and what tells what filters look at: the decoded value, in either format
   * @throws SchemaFault; what tells the value, too, where JSON cannot say it
   */
  decode(message: Message): { decoded: Decoded; judged: () => Buffer | null } {
    const key = this.#part('key', message.key);
    const value = this.#part('value', message.value);
    return {
      decoded: { key: key.bytes, value: value.bytes, keySchema: key.schema, valueSchema: value.schema },
      judged: value.judged,
    };
  }

  #part(name: 'key' | 'value', bytes: Buffer | null) {
    if (bytes === null) return { bytes, schema: undefined, judged: () => bytes };
    // Copies: what is delivered is held for as long as the record, and the buffer of the fetch is not.
    if (!this.#parts.includes(name)) return { bytes: Buffer.from(bytes), schema: undefined, judged: () => bytes };
    const id = idOf(bytes);
    if (id === undefined)
      throw new SchemaFault('DESERIALIZATION_ERROR', `the ${name} does not begin with the id of a schema`);
    const known = this.#known.get(id);
    if (known === undefined || known instanceof SchemaFault) throw known ?? missing(id);
    const payload = Buffer.from(bytes.subarray(frame));
    const judged = jsonBy(known, payload, `the ${name} (schema ${id})`);
    const schema = { dataFormat: known.format, schemaId: id };
    const json = this.#toJson ? judged() : undefined;
    return { bytes: json ?? payload, schema, judged: json ? () => json : judged };
  }

  /** Batches that come meanwhile wait for the same answer. */
  #lookUp(id: number, signal: AbortSignal): Promise<void> {
    const asked = this.#asking.get(id) ?? this.#ask(id, signal).finally(() => this.#asking.delete(id));
    this.#asking.set(id, asked);
    return asked;
  }

  async #ask(id: number, signal: AbortSignal): Promise<void> {
    const schema = await this.#registry.schema(id, signal);
    this.#known.set(id, schema ? await knownOf(id, schema) : missing(id));
  }
}

const missing = (id: number) => new SchemaFault('SCHEMA_NOT_FOUND', `the schema registry has no schema ${id}`);

const idOf = (bytes: Buffer | null): number | undefined =>
  bytes && bytes.length >= frame && bytes[0] === magic ? bytes.readUInt32BE(1) : undefined;

/**
 * What is JSON already stays as it is, number by number.
 * @returns what prints it: most records are neither delivered as JSON nor looked at by a filter
 */
function jsonBy({ decode, format }: Known, payload: Buffer, what: string): () => Buffer {
  const value = read(what, format, () => decode(payload));
  return () => (format === 'JSON' ? payload : read(what, format, () => Buffer.from(JSON.stringify(value))));
}

function read<T>(what: string, format: DataFormat, reads: () => T): T {
  try {
    return reads();
  } catch (error) {
    throw new SchemaFault('DESERIALIZATION_ERROR', `${what}, ${format}: ${messageOf(error)}`);
  }
}

/** Each format's own library is loaded when the first schema of it comes. */
async function knownOf(id: number, schema: RegisteredSchema): Promise<Known | SchemaFault> {
  const make = {
    AVRO: async () => (await import('./avro.ts')).avroDecoder,
    PROTOBUF: async () => (await import('./protobuf.ts')).protobufDecoder,
    JSON: async () => (await import('./jsonSchema.ts')).jsonSchemaDecoder,
  } as const;
  const decoder = await make[schema.format]();
  try {
    return { format: schema.format, decode: decoder(schema) };
  } catch (error) {
    return new SchemaFault(
      'DESERIALIZATION_ERROR',
      `schema ${id}, ${schema.format}, cannot be read: ${messageOf(error)}`,
    );
  }
}
