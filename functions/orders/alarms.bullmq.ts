import { Queue } from 'bullmq';
import { type Clock, systemClock } from '../../infra/clock.ts';
import { connectRedis } from '../runtime/connection.redis.ts';
import type { Settings } from '../settings.ts';
import { alarmQueue } from './keys.redis.ts';
import type { Alarms } from './ports.ts';
import { opensAt } from './timerSlots.ts';

/**
 * A delayed BullMQ job for each slot. A job carries no order: what is due is in the slot.
 * The jobs have ids of BullMQ's own: what comes into a slot after its alarm needs a new one.
 */
export function bullmqAlarms(
  settings: Pick<Settings, 'redisUrl' | 'access' | 'namespace' | 'timerSlot'>,
  clock: Clock = systemClock,
): Alarms & { close(): Promise<void> } {
  const { name, prefix } = alarmQueue(settings.namespace);
  const connection = connectRedis(settings);
  const queue = new Queue<{ slot: number }>(name, { connection, prefix });
  return {
    async set(slots) {
      if (slots.length === 0) return;
      const now = clock.now();
      const options = { removeOnComplete: true, removeOnFail: true };
      await queue.addBulk(
        slots.map((slot) => {
          const delay = Math.max(0, opensAt(slot, settings.timerSlot) - now);
          return { name: 'slot', data: { slot }, opts: { ...options, delay } };
        }),
      );
    },
    async close() {
      await queue.close();
      await connection.quit();
    },
  };
}
