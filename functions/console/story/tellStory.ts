/**
 * One order's whole story, put together from everything that knows of it: for the page and for `npm run order`.
 * Each source is asked by itself, so that one that is away leaves a gap that is told, and no more.
 */

import { redact } from '../../../infra/redact.ts';
import type { Settings } from '../../settings.ts';
import { documentsOf } from './documents.elasticsearch.ts';
import { lettersOf } from './letters.inbox.ts';
import { orderOf } from './order.kafka.ts';
import { progressOf } from './progress.redis.ts';
import type { Entry, Source, Story } from './story.ts';

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
