/** Records as a test gives them. */
import { Partitioners } from 'kafkajs';
import { z } from 'zod';
import { Mistake } from '../../faults.ts';
import type { NewRecord } from '../../simulation/kafka/records.ts';
import type { GivenRecord } from './interface.ts';
import { type GivenRegistry, schemaId } from './schemas.ts';

const bytes = z.union([z.string(), z.instanceof(Uint8Array)], 'is a text or a Uint8Array');
const recordSchema = z.strictObject({
  topic: z.string().optional(),
  partition: z.int().nonnegative().optional(),
  key: z.unknown().optional(),
  value: z.unknown(),
  headers: z.record(z.string(), z.union([bytes, z.array(bytes)])).optional(),
  timestamp: z.number().optional(),
  keySchema: schemaId.optional(),
  valueSchema: schemaId.optional(),
});

export type Placed = Readonly<{ topic: string; partition: number; record: NewRecord }>;

const partitionOfKey = Partitioners.DefaultPartitioner();

const bytesOf = (given: string | Uint8Array | null): string | Buffer | null =>
  given instanceof Uint8Array ? Buffer.from(given) : given;

function valueBytes(given: unknown): string | Buffer | null {
  if (given === undefined || given === null) return null;
  return typeof given === 'string' || given instanceof Uint8Array ? bytesOf(given) : JSON.stringify(given);
}

/** Where no schema says what else it may be. */
function plainKey(given: unknown, where: string): string | Buffer | null {
  if (given === undefined || given === null) return null;
  if (typeof given === 'string' || given instanceof Uint8Array) return bytesOf(given);
  throw new Mistake('record', `${where}: is a text or a Uint8Array, or has a \`keySchema\``);
}

/** What is written by a schema, where one is named and there is something to write. */
function by(schema: number | undefined, given: unknown, where: string, registry?: GivenRegistry): Buffer | undefined {
  if (schema === undefined || given === undefined || given === null) return undefined;
  if (registry) return registry.framed(schema, given, where);
  throw new Mistake('record', `${where}: there is no schema ${schema}, since no \`schemas\` stand among the options`);
}

/** `main`: of a record that names none; `partitions`: how many a topic has, undefined for one that is not there. */
type Topics = Readonly<{ main: string; partitions: (topic: string) => number | undefined }>;

/**
 * @param schemas those that records may name
 * @throws Mistake naming the record and the field
 */
export function placed(given: GivenRecord, at: number, { main, partitions }: Topics, schemas?: GivenRegistry): Placed {
  const read = recordSchema.safeParse(typeof given === 'string' ? { value: given } : given);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) =>
      [`records.${at}`, ...path].join('.').concat(`: ${message}`),
    );
    throw new Mistake(
      'record',
      `${faults.join('; ')}; a record is a text, or { key, value, headers, partition, timestamp, topic, keySchema, valueSchema }`,
    );
  }
  const { topic = main, key, value, headers = {}, timestamp } = read.data;
  const count = partitions(topic);
  if (count === undefined) throw new Mistake('record', `records.${at}.topic: the function reads no topic "${topic}"`);
  const record: NewRecord = {
    key: by(read.data.keySchema, key, `records.${at}.key`, schemas) ?? plainKey(key, `records.${at}.key`),
    value: by(read.data.valueSchema, value, `records.${at}.value`, schemas) ?? valueBytes(value),
    headers: Object.entries(headers).flatMap(([name, all]) => [all].flat().map((one) => [name, bytesOf(one)] as const)),
    ...(timestamp === undefined ? {} : { timestamp }),
  };
  const partition = read.data.partition ?? partitionFor(topic, record, count);
  if (partition < count) return { topic, partition, record };
  throw new Mistake(
    'record',
    `records.${at}.partition: ${topic} has ${count}, from 0 on; \`partitions\` among the options makes more`,
  );
}

function partitionFor(topic: string, { key, value }: NewRecord, count: number): number {
  if (key === null || key === undefined || count === 1) return 0;
  const partitionMetadata = Array.from({ length: count }, (_, partitionId) => {
    return { partitionId, leader: 1, partitionErrorCode: 0, replicas: [], isr: [] };
  });
  return partitionOfKey({ topic, partitionMetadata, message: { key, value } });
}
