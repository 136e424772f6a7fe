/** Keeps every message in Redis's lists `id`, `texto` and `fecha`. */
import { saveFunction } from './save.ts';
import { redisStore } from './store.redis.ts';

export const handler = saveFunction('saveRedis', redisStore);
