import { connectRedis, type RedisAccess } from '../../functions/runtime/connection.redis.ts';
import { Mistake } from '../faults.ts';

const fieldOf = (info: string, name: string): string | undefined =>
  new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(info)?.[1];

/**
 * Looks whether this Redis can keep orders.
 * @returns what is to be known of it, in a few words
 * @throws Mistake that says what is wrong with it and what to do
 */
export async function checkRedis(settings: RedisAccess): Promise<string> {
  const redis = connectRedis(settings);
  try {
    const info = await redis.info();
    if (fieldOf(info, 'cluster_enabled') === '1') {
      throw new Mistake(
        'setting',
        'REDIS_URL names a Redis Cluster, whose servers each hold a part of the keys: an order and its due time are ' +
          'written in one step, and so need one server. Name a Redis without cluster mode',
      );
    }
    if (fieldOf(info, 'role') === 'slave') {
      throw new Mistake(
        'setting',
        'REDIS_URL names a replica, which takes no writes. Name its primary, or an address that follows it',
      );
    }
    const policy = fieldOf(info, 'maxmemory_policy');
    const limit = Number(fieldOf(info, 'maxmemory') ?? 0);
    if (limit > 0 && policy !== 'noeviction') {
      throw new Mistake(
        'setting',
        `this Redis forgets keys when it is full (maxmemory-policy ${policy}): orders would be lost. ` +
          'Set maxmemory-policy to noeviction',
      );
    }
    return `Redis ${fieldOf(info, 'redis_version')}, ${limit > 0 ? `at most ${Math.round(limit / 2 ** 20)} MB` : 'no limit of memory set'}`;
  } finally {
    redis.disconnect();
  }
}
