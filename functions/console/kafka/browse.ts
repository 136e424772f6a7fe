/** Some records of one topic, by offset, time or key, as a person can read them. */
import { isUtf8 } from 'node:buffer';
import type { Admin } from 'kafkajs';
import { z } from 'zod';
import { Mistake } from '../../../infra/faults.ts';
import { type KeptRecord, type Range, readRanges } from '../../runtime/ranges.kafka.ts';
import type { Settings } from '../../settings.ts';
import { type Message, type Page, pageOf } from './page.ts';

const whole = z.coerce.number().int().nonnegative();

/** Reads a query, whose numbers come as text. `time` goes before `offset` where both are given. */
export const browseSchema = z.strictObject({
  /** As in Kafka, with the namespace. */
  topic: z.string().regex(/^[\w.-]{1,249}$/, 'is the name of a topic'),
  partition: whole.optional(),
  /** Begin at this offset of each partition; without it and `time`, end with the newest record. */
  offset: whole.optional(),
  /** Begin at this moment, ms since 1970. */
  time: whole.optional(),
  /** Only records with exactly this key. */
  key: z.string().max(500).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});
type Browse = z.infer<typeof browseSchema>;

const mostBytes = 65_536;
/** Records looked through for a key at a time; the page can go on where it ended. */
const mostScanned = 100_000;

type Bounds = { partition: number; low: number; high: number };

/** @throws Mistake for a partition that is not there, and what Kafka says of a topic that is not */
export async function browse(admin: Admin, settings: Settings, asked: Browse): Promise<Page> {
  const bounds = await boundsOf(admin, asked);
  const starts = await startsOf(admin, asked, bounds);
  const each = Math.ceil(asked.limit / bounds.length);
  const found: Message[] = [];
  const spans = new Map<number, Page['spans'][number]>();
  const ranges: Range[] = bounds.map(({ partition, low, high }) => {
    const from = Math.min(high, Math.max(low, starts.get(partition) ?? low));
    const to = Math.min(high, from + (asked.key === undefined ? each : mostScanned));
    spans.set(partition, { partition, from, to, low, high });
    return { topic: asked.topic, partition, from, to };
  });
  await readRanges(settings, ranges, (record) => {
    if (asked.key !== undefined && record.key?.toString() !== asked.key) return true;
    found.push(readable(record));
    if (found.length < asked.limit || asked.key === undefined) return true;
    const span = spans.get(record.partition);
    if (span) spans.set(record.partition, { ...span, to: record.offset + 1 });
    return false;
  });
  const isNewest = asked.key === undefined && asked.offset === undefined && asked.time === undefined;
  return pageOf(found, spans, asked.limit, isNewest ? 'newest' : 'first');
}

/**
 * What each partition holds, of those that are looked at. A key can lie in any: where it does depends on who wrote it, and
 * on how many partitions there were then.
 */
async function boundsOf(admin: Admin, { topic, partition }: Browse): Promise<Bounds[]> {
  const offsets = await admin.fetchTopicOffsets(topic);
  const bounds = offsets
    .filter((one) => partition === undefined || one.partition === partition)
    .map((one) => ({ partition: one.partition, low: Number(one.low), high: Number(one.high) }));
  if (bounds.length === 0) throw new Mistake('request', `${topic} has no partition ${partition}`);
  return bounds;
}

async function startsOf(admin: Admin, asked: Browse, bounds: readonly Bounds[]): Promise<Map<number, number>> {
  const { topic, offset, time, key, limit } = asked;
  if (time !== undefined) {
    const found = await admin.fetchTopicOffsetsByTimestamp(topic, time);
    return new Map(found.map((one) => [one.partition, Number(one.offset)]));
  }
  const back = key === undefined ? Math.ceil(limit / bounds.length) : mostScanned;
  return new Map(bounds.map(({ partition, high }) => [partition, offset ?? high - back]));
}

function text(bytes: Buffer | null): string | null {
  if (bytes === null) return null;
  const shown = bytes.subarray(0, mostBytes);
  return isUtf8(bytes) ? shown.toString('utf8') : `base64:${shown.toString('base64')}`;
}

/** Cuts key and value after 64 KiB; `size` is that of the whole value, 0 for a tombstone. */
export function readable({ partition, offset, timestamp, key, value, headers }: KeptRecord): Message {
  const named = Object.entries(headers).map(([name, content]) => [name, [content].flat().map(String).join(', ')]);
  return {
    partition,
    offset,
    timestamp,
    key: text(key),
    value: text(value),
    headers: Object.fromEntries(named),
    size: value?.length ?? 0,
  };
}
