import { Redis } from 'ioredis';
import { redisOptions } from '../../infra/access/clientOptions.ts';
import type { EngineAccess } from '../../infra/access/ownEngines.ts';

/** ms until a command that Redis does not answer has failed. */
const answersWithin = 5000;

/** What has to be known of a Redis to reach it. */
export type RedisAccess = Readonly<{ redisUrl: string; access: EngineAccess }>;

/** `blocking`: for commands that wait in Redis, by a time of their own. */
type Use = Readonly<{ blocking?: boolean }>;

/**
 * A connection that mends itself: also from a host that is gone without a word, and from a primary that became a replica.
 * A command fails after a few seconds without Redis, so that an invocation ends and is retried rather than hanging.
 */
export function connectRedis({ redisUrl, access }: RedisAccess, { blocking = false }: Use = {}): Redis {
  const limits = blocking ? {} : { commandTimeout: answersWithin, socketTimeout: answersWithin };
  const redis = new Redis(redisUrl, {
    ...limits,
    ...redisOptions(access),
    maxRetriesPerRequest: 5,
    connectTimeout: 3000,
    keepAlive: 10_000,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
    // After a failover the name leads to the new primary, and an open connection to the old one.
    reconnectOnError: ({ message }) => message.startsWith('READONLY'),
  });
  // Each failing command reports the lost connection to its caller; without a listener ioredis prints it again.
  redis.on('error', () => undefined);
  return redis;
}
