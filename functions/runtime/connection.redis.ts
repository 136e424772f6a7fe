import { Redis } from 'ioredis';

/**
 * A connection that mends itself. A command fails after a few seconds without Redis,
 * so that an invocation ends and is retried rather than hanging.
 */
export function connectRedis(settings: Readonly<{ redisUrl: string }>): Redis {
  const redis = new Redis(settings.redisUrl, {
    maxRetriesPerRequest: 5,
    connectTimeout: 3000,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(attempt * 100, 1000),
  });
  // Each failing command reports the lost connection to its caller; without a listener ioredis prints it again.
  redis.on('error', () => undefined);
  return redis;
}
