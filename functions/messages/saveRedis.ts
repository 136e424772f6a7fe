/** Keeps every message in Redis's lists `id`, `texto` and `fecha`. */
import { saveFunction } from './save.ts';
import { redisStore } from './store.redis.ts';

/**
 * A message not above its partition's last offset counts as repeated.
 * @throws when Redis or Kafka is away, messages before these are missing or a setting is wrong; the batch comes again
 */
export const handler = saveFunction('saveRedis', redisStore);
