import { createHash, randomBytes } from 'node:crypto';
import type { Ended } from '../runtime/handler.ts';
import type { Document } from '../runtime/ports.ts';
import type { Incoming } from '../runtime/readEvent.ts';
import { document } from './document.ts';

/** `at`: when its first record was produced. A topic that was made anew counts its offsets from 0 again. */
type Span = { partition: number; first: number; last: number; at: number };

function spans(records: readonly Incoming[]): Span[] {
  const found = new Map<number, Span>();
  for (const { partition, offset, timestamp } of records) {
    const span = found.get(partition) ?? { partition, first: offset, last: offset, at: timestamp };
    found.set(partition, span);
    span.last = Math.max(span.last, offset);
    span.first = Math.min(span.first, offset);
  }
  return [...found.values()].sort((a, b) => a.partition - b.partition);
}

/** The same batch at the same attempt always has the same id, so that writing it twice leaves one document. */
function identify(name: string, attempt: number, topic: string, found: readonly Span[]): string {
  const parts = found.map(({ partition, first, last, at }) => `${partition}:${first}-${last}@${at}`);
  return createHash('sha256')
    .update([name, attempt, topic, ...parts].join('|'))
    .digest('hex')
    .slice(0, 32);
}

/** Describes one invocation: what came, what was done with it, how long it took. */
export function invocationDocument(ended: Ended): Document {
  const { invocation, records, cold, requestId, milliseconds, outcome, error } = ended;
  const { name, attempt, now } = invocation;
  const topic = records[0]?.topic ?? '';
  const found = spans(records);
  const oldest = records.reduce((least, { timestamp }) => Math.min(least, timestamp), now);
  return document('despacho-invocations', identify(name, attempt, topic, found), {
    '@timestamp': new Date(now).toISOString(),
    'event.dataset': 'despacho-invocations',
    'event.duration': Math.round(milliseconds * 1e6),
    'event.outcome': outcome ? 'success' : 'failure',
    'service.name': 'despacho',
    'trace.id': randomBytes(16).toString('hex'),
    'faas.name': name,
    'faas.coldstart': cold,
    'faas.execution': requestId,
    'faas.trigger.type': 'pubsub',
    'messaging.destination.name': topic,
    'messaging.batch.message_count': records.length,
    'despacho.kafka.partition': found.map(({ partition }) => partition),
    'despacho.kafka.offset.first': found.map(({ first }) => first),
    'despacho.kafka.offset.last': found.map(({ last }) => last),
    'despacho.retries': attempt - 1,
    'despacho.batch.applied': outcome?.counts.applied,
    'despacho.batch.repeated': outcome?.counts.repeated,
    'despacho.batch.ignored': outcome?.counts.ignored,
    'despacho.batch.dead': outcome?.counts.dead,
    'despacho.batch.failed': outcome ? outcome.failed.length : records.length,
    'despacho.consume.delay': now - oldest,
    'despacho.orders.per_minute': outcome?.perMinute,
    'error.type': outcome ? undefined : errorType(error),
    'process.pid': process.pid,
  });
}

/** Names that say no more than that something is an error. */
const bare = /^error$/i;

const isCode = (value: unknown): value is string | number => typeof value === 'string' || typeof value === 'number';

/**
 * Which kind of error it is: its class and the codes that it brings, never its words, which may quote an address.
 * @returns like `KafkaJSConnectionError`, `DatabaseError 57P01`, `Error EENVELOPE 451`
 */
export function errorType(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const name = bare.test(error.name) ? error.constructor.name : error.name;
  const { code, responseCode } = error as { code?: unknown; responseCode?: unknown };
  return [name, ...[code, responseCode].filter(isCode)].join(' ');
}
