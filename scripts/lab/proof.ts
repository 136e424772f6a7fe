/** Proves that Kafka holds exactly what was produced, and the target exactly what Kafka holds. */
import { type KindName, kinds, messageId } from '../../functions/messages/message.ts';
import { readTopics } from '../../functions/runtime/readTopics.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { Mistake } from '../../infra/faults.ts';
import { Digest } from './digest.ts';
import type { Production } from './produce.ts';
import { type Row, rowText } from './stores/inspection.ts';

/** Fingerprints: count and hash. `target` is null where nothing is kept. */
export type Proof = Readonly<{ exact: boolean; produced: string; kafka: string; rows: string; target: string | null }>;

/** Fingerprints of the values in the topic, and of the rows that they are to become. */
async function readKafka(kind: KindName, place: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>) {
  const [values, rows] = [new Digest(), new Digest()];
  const { topic, schema, message } = kinds[kind];
  await readTopics(place, [{ topic }], ({ partition, offset, timestamp, value }) => {
    values.add(value);
    const { text, at } = message(schema.parse(JSON.parse(value)) as never, timestamp);
    rows.add(rowText({ id: messageId({ topic, partition, offset, producedAt: timestamp }), text, at }));
  });
  return { kafka: values.toString(), rows: rows.toString() };
}

/** The rows' fingerprint, as `Digest` writes it: their order does not matter. */
export async function digestOf(rows: AsyncIterable<readonly Row[]>): Promise<string> {
  const digest = new Digest();
  for await (const some of rows) for (const row of some) digest.add(rowText(row));
  return digest.toString();
}

/** @param produced the producer's own fingerprint */
export async function prove(
  kind: KindName,
  produced: string,
  target: string | null,
  place: Pick<Settings, 'kafkaBrokers' | 'access' | 'namespace'>,
): Promise<Proof> {
  const { kafka, rows } = await readKafka(kind, place);
  return { exact: produced === kafka && (target === null || target === rows), produced, kafka, rows, target };
}

/**
 * The same production; whoever consumes would wait for what it lacks for ever.
 * @throws Mistake where the source ended before it had given what was asked for
 */
export function whole(production: Production, count: number): Production {
  if (production.sent >= count) return production;
  throw new Mistake('flag', `--count: the source gave ${production.sent} of the ${count} messages asked for`);
}
