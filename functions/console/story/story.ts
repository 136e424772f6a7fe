/**
 * One order's whole story, put together from everything that knows of it: for the page and for `npm run order`.
 * Each source is asked by itself, so that one that is away leaves a gap that is told, and no more.
 */

import type { Order, Step } from '../../orders/records.ts';
import { redact } from '../../redact.ts';
import type { Settings } from '../../settings.ts';
import { documentsOf } from './documents.elasticsearch.ts';
import { lettersOf } from './letters.inbox.ts';
import { orderOf } from './order.kafka.ts';
import { progressOf } from './progress.redis.ts';

export const sources = ['Kafka', 'Redis', 'timers', 'e-mail', 'Elasticsearch'] as const;
export type Source = (typeof sources)[number];

/** Something that happened, or is to happen. Times are ms since 1970. */
export type Entry = Readonly<{
  at: number;
  source: Source;
  /** What it is, in a word that the page translates. */
  kind:
    | 'placed'
    | 'command'
    | 'event'
    | 'dead letter'
    | 'armed'
    | 'fired'
    | 'due'
    | 'sent'
    | 'transition'
    | 'e-mail document'
    | 'invocation'
    | 'state';
  /** The step that it belongs to: its version, and the command that makes it. */
  version?: number;
  command?: string;
  /** True where it happened again: a record written or delivered twice, a retry, a second copy of an e-mail. */
  again?: boolean;
  place?: Readonly<{ topic: string; partition: number; offset: number }>;
  /** The rest, by name. */
  facts: Readonly<Record<string, string | number | boolean | null>>;
}>;

/** A record of the order, as it lies in Kafka. `topic` is without the namespace; `value` is text. */
export type OrderRecord = Readonly<{
  topic: string;
  partition: number;
  offset: number;
  timestamp: number;
  value: string;
  headers: Readonly<Record<string, string>>;
}>;

export type Story = Readonly<{
  orderId: string;
  order: Order | null;
  /** The steps as Redis has them, or else as the events tell them. */
  history: readonly Step[];
  entries: readonly Entry[];
  records: readonly OrderRecord[];
  /** Sources that could not be asked, each with the reason. */
  missing: readonly { source: Source; reason: string }[];
}>;

/**
 * Asks everything that knows of the order.
 * @throws when Kafka does not answer: without the log there is no story
 */
export async function tellStory(settings: Settings, orderId: string): Promise<Story> {
  const missing: { source: Source; reason: string }[] = [];
  const orNothing = async <T>(source: Source, asked: Promise<T>, nothing: T): Promise<T> =>
    asked.catch((error) => {
      missing.push({ source, reason: redact(error instanceof Error ? error.message : String(error)) });
      return nothing;
    });
  const redis = await orNothing('Redis', progressOf(settings, orderId), { entries: [], progress: undefined });
  // An order that Redis knows tells where in the log to begin.
  const since = redis.progress?.order.placedAt;
  const [kafka, letters] = await Promise.all([
    orderOf(settings, orderId, since),
    orNothing('e-mail', lettersOf(settings, orderId), { entries: [] }),
  ]);
  const documents = settings.metrics
    ? await orNothing('Elasticsearch', documentsOf(settings, orderId, kafka.records), { entries: [] })
    : { entries: [] };
  const entries = [kafka, redis, letters, documents].flatMap((told) => told.entries);
  return {
    orderId,
    order: redis.progress?.order ?? kafka.order,
    history: redis.progress?.history ?? kafka.history,
    entries: entries.sort((a, b) => a.at - b.at || rank(a) - rank(b)),
    records: kafka.records,
    missing,
  };
}

/** What causes stands before what is caused, where both have the same moment. */
const order: readonly Entry['kind'][] = [
  'placed',
  'armed',
  'due',
  'fired',
  'command',
  'invocation',
  'transition',
  'event',
  'sent',
  'e-mail document',
  'dead letter',
  'state',
];
const rank = ({ kind }: Entry): number => order.indexOf(kind);
