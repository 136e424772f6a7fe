import { Redis } from 'ioredis';

/** ms until a command that Redis does not answer has failed. */
const answersWithin = 5000;

/** `blocking`: for commands that wait in Redis, by a time of their own. */
type Use = Readonly<{ blocking?: boolean }>;

/**
 * A connection that mends itself: also from a host that is gone without a word, and from a primary that became a replica.
 * A command fails after a few seconds without Redis, so that an invocation ends and is retried rather than hanging.
 */
export function connectRedis({ redisUrl }: Readonly<{ redisUrl: string }>, { blocking = false }: Use = {}): Redis {
  const limits = blocking ? {} : { commandTimeout: answersWithin, socketTimeout: answersWithin };
  const redis = new Redis(redisUrl, {
    ...limits,
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
