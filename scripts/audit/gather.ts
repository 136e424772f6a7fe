/** What the engines say, gathered without judging it. */

import type { Redis } from 'ioredis';
import { allDue, redisDueTimes } from '../../functions/orders/dueTimes.redis.ts';
import { redisOrders } from '../../functions/orders/orders.redis.ts';
import { chunks } from '../../functions/runtime/chunks.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../../infra/clock.ts';
import { keptFrom } from '../../infra/rebuild/oldDocuments.ts';
import { gatherDocuments } from './documents.ts';
import type { Evidence } from './evidence.ts';
import { gatherLetters } from './letters.ts';
import { clockSlack, gatherLog, gatherPlaced } from './log.ts';
import { isIn, isWhole, type Scope, type Share } from './scope.ts';

/** ms: documents are removed while they are looked for. */
const removalSlack = 600_000;

/** Gathers what is known of one share of the orders. */
export async function gather(settings: Settings, scope: Scope, share: Share): Promise<Evidence> {
  const lookedAt = systemClock.now();
  const evidence: Evidence = {
    placed: new Map(),
    events: new Map(),
    progress: new Map(),
    dead: new Map(),
    alive: new Set(),
    due: new Map(),
    lookedAt,
    strayLetters: new Set(),
    unplaced: new Set(scope.acknowledged?.filter((orderId) => isIn(share, orderId))),
    unseen: {},
    letters: new Map(),
    unsent: new Set(),
    unsendable: new Set(),
    documents: new Set(),
    documentsFrom: keptFrom(settings, lookedAt) + removalSlack,
    unwritten: new Set(),
  };
  const first = await gatherPlaced(settings, scope, share, evidence);
  if (evidence.placed.size === 0 && !isWhole(scope)) return evidence;
  // Nothing tells of an order before it was placed, but for one that nobody placed.
  const since = isWhole(scope) ? undefined : first;
  // Each effect is looked for after the one that precedes it, so that one that is only just happening is found.
  await gatherDue(settings, evidence);
  await gatherLog(settings, scope, { share, since }, evidence);
  await gatherProgress(settings, evidence);
  const narrowed = { run: scope.run, since: since === undefined ? undefined : since - clockSlack };
  if (settings.email) await gatherLetters(settings, narrowed, evidence);
  if (settings.metrics) await gatherDocuments(settings, narrowed, evidence);
  return evidence;
}

async function withRedis<T>(settings: Settings, work: (redis: Redis) => Promise<T>): Promise<T> {
  const redis = connectRedis(settings);
  return work(redis).finally(() => redis.quit());
}

const gatherDue = (settings: Settings, { placed, alive, due }: Evidence): Promise<void> =>
  withRedis(settings, async (redis) => {
    for (const { orderId, at } of await allDue(redisDueTimes(redis, settings))) {
      if (!placed.has(orderId)) continue;
      alive.add(orderId);
      due.set(orderId, at);
    }
  });

const gatherProgress = (settings: Settings, { placed, progress }: Evidence): Promise<void> =>
  withRedis(settings, async (redis) => {
    const orders = redisOrders(redis, settings);
    for (const ids of chunks([...placed.keys()], 500)) {
      for (const one of await orders.load(ids)) if (one) progress.set(one.order.orderId, one);
    }
  });
