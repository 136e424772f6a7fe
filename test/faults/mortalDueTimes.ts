import type { Redis } from 'ioredis';
import { redisDueTimes as real } from '../../functions/orders/dueTimes.redis.ts';
import type { DueTimes } from '../../functions/orders/ports.ts';
import type { Settings } from '../../functions/settings.ts';
import { dieAfter } from './death.ts';

/** Dies when the commands are in Kafka, before their slots are cleared. */
export function redisDueTimes(redis: Redis, settings: Pick<Settings, 'namespace'>): DueTimes {
  const dueTimes = real(redis, settings);
  return {
    ...dueTimes,
    async done(slots) {
      if (slots.some(({ due }) => due.length > 0)) dieAfter('timers:commands');
      await dueTimes.done(slots);
    },
  };
}
