/** What is written to a Kafka topic for one failed record: whole, and what may be left of it where that is too large. */
import type { Message } from 'kafkajs';
import { type Headers, inOrder, noHeaders } from '../../kafkajs/headers.ts';
import { redact } from '../../redact.ts';
import type { KafkaRecord } from '../record/record.ts';
import type { Failed } from './failure.ts';
import { recordDocument } from './failureDocument.ts';

/** One form of a record's letter: the whole one, whose `lost` is empty, or one that leaves parts out to be smaller. */
type DeadLetter = {
  message: Message;
  /** That it takes in a request, about. */
  bytes: number;
  /** Of the record's own parts, which the letter lacks. */
  lost: string;
};

/** Long enough for the frames that matter; and for a topic that takes no large records. */
const [long, short] = [4096, 200];
/** Not null, which would be a tombstone. */
const empty = Buffer.alloc(0);

/** From the whole letter to what fits everywhere. */
export function* deadLetters(record: KafkaRecord, failed: Failed): Generator<DeadLetter> {
  yield* failed.mapping.onFailureFormat === 'raw' ? rawLetters(record, failed) : documents(record, failed);
}

/** The record as it came, with `dead.*` headers that say where from and why. */
function* rawLetters({ key, value, headers, ...record }: KafkaRecord, failed: Failed): Generator<DeadLetter> {
  const why = provenance(record, failed, short);
  // What it says of an earlier end gives way.
  const own = headers.filter(([name]) => !(name in why));
  const letter = (lost: string, of: Pick<Message, 'key' | 'value'>, list: Headers): DeadLetter => {
    const lack = lost ? [['dead.lost', lost] as const] : [];
    const message = { ...of, headers: inOrder([...list, ...lack]), timestamp: `${failed.at}` };
    return { message, bytes: bytesOf(of) + bytesOfHeaders(list), lost };
  };
  yield letter('', { key, value }, [...own, ...entries(provenance(record, failed, long))]);
  yield letter('', { key, value }, [...own, ...entries(why)]);
  yield letter('headers', { key, value }, entries(why));
  yield letter('headers and value', { key, value: empty }, entries(why));
  yield letter('headers, value and key', { value: empty }, entries(why));
}

/** AWS's document under the record's key. */
function* documents(record: KafkaRecord, failed: Failed): Generator<DeadLetter> {
  const letter = (lost: string, of: KafkaRecord): DeadLetter => {
    const content = { key: of.key, value: recordDocument(of, failed) };
    return { message: { ...content, timestamp: `${failed.at}` }, bytes: bytesOf(content), lost };
  };
  yield letter('', record);
  const bare = { ...record, headers: noHeaders };
  if (record.headers.length > 0) yield letter('headers', bare);
  const { decoded } = record;
  const keyOnly = decoded && { ...decoded, value: null, valueSchema: undefined };
  yield letter('headers and value', { ...bare, value: null, decoded: keyOnly });
  yield letter('headers, value and key', { ...bare, value: null, key: null, decoded: undefined });
}

/** What a dead letter says about itself, in headers of these names. Times are milliseconds since 1970, `at` ISO 8601. */
function provenance(
  record: Pick<KafkaRecord, 'partition' | 'offset' | 'timestamp'>,
  failed: Failed,
  most: number,
): Record<string, string> {
  const { fault, mapping } = failed;
  return {
    'dead.reason': redact(`${fault.name}: ${fault.message}`).slice(0, most),
    'dead.condition': failed.condition,
    'dead.topic': record.partition.topic,
    'dead.partition': `${record.partition.id}`,
    'dead.offset': `${record.offset}`,
    'dead.timestamp': `${record.timestamp}`,
    'dead.function': mapping.functionName,
    'dead.attempts': `${failed.attempts}`,
    'dead.stack': most === long ? redact(fault.stack ?? '').slice(0, most) : '',
    'dead.at': new Date(failed.at).toISOString(),
  };
}

const entries = (texts: Record<string, string>): Headers =>
  Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]);

const bytesOf = ({ key, value }: Pick<Message, 'key' | 'value'>): number =>
  100 + Buffer.byteLength(key ?? '') + Buffer.byteLength(value ?? '');

const bytesOfHeaders = (headers: Headers): number =>
  headers.reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + (value?.length ?? 0) + 10, 0);
