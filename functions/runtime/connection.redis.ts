import { Redis } from 'ioredis';
import { redisOptions } from '../../infra/access/clientOptions.ts';
import type { EngineAccess } from '../../infra/access/ownEngines.ts';

/** ms until a command that Redis does not answer has failed. */
const answersWithin = 5000;

/** What has to be known of a Redis to reach it. */
export type RedisAccess = Readonly<{ redisUrl: string; access: EngineAccess }>;

/** ms without a word in which a command that waits in Redis has its answer: the longest that BullMQ asks to wait is 10 s. */
const waitsWithin = 15_000;

/**
 * `answers`: a command fails after a few seconds without Redis, so that an invocation ends and is retried rather than hanging.
 * `waits`: for commands that wait in Redis, by a time of their own. `works`: the same, for as long as Redis is away.
 */
const uses = {
  answers: { commandTimeout: answersWithin, socketTimeout: answersWithin, maxRetriesPerRequest: 5 },
  waits: { maxRetriesPerRequest: 5 },
  works: { socketTimeout: waitsWithin, maxRetriesPerRequest: null, enableAutoPipelining: false },
} as const;

/**
 * A connection that mends itself: also from a host that is gone without a word, and from a primary that became a replica.
 * @param use how long its commands are waited for
 */
export function connectRedis({ redisUrl, access }: RedisAccess, use: keyof typeof uses = 'answers'): Redis {
  const redis = new Redis(redisUrl, {
    enableAutoPipelining: true,
    ...uses[use],
    ...redisOptions(redisUrl, access),
    connectTimeout: 3000,
    keepAlive: 10_000,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
    // After a failover the name leads to the new primary, and an open connection to the old one.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  // Each failing command reports the lost connection to its caller; without a listener ioredis prints it again.
  redis.on('error', () => undefined);
  return redis;
}
