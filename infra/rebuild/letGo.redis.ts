import type { Redis } from 'ioredis';
import { orderKeys } from '../../functions/orders/keys.redis.ts';
import type { Settings } from '../../functions/settings.ts';

type Place = Pick<Settings, 'namespace'>;

/** Notes that orders which have come to their end by then (ms since 1970) may be missing in Redis, in good order. */
export const noteLetGo = async (redis: Redis, { namespace }: Place, until: number): Promise<void> =>
  void (await redis.set(orderKeys(namespace).letGo, until));

/** @returns until when, in ms since 1970; 0 where nothing was let go of. A Redis that has forgotten has forgotten this, too */
export const letGoUntil = async (redis: Redis, { namespace }: Place): Promise<number> =>
  Number(await redis.get(orderKeys(namespace).letGo));
