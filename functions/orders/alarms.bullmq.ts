import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Alarms } from '../runtime/ports.ts';
import type { Settings } from '../settings.ts';
import { opensAt } from './timerSlots.ts';

/** BullMQ's keys are put under the namespace too, so that systems on one Redis do not wake each other. */
export const alarmQueue = (namespace: string) => ({ name: 'alarms', prefix: `${namespace}bull` });

/**
 * A delayed BullMQ job for each slot. A job carries no order: what is due is in the slot.
 * The jobs have ids of BullMQ's own: what comes into a slot after its alarm needs a new one.
 */
export function bullmqAlarms(
  settings: Pick<Settings, 'redisUrl' | 'namespace' | 'timerSlot'>,
): Alarms & { close(): Promise<void> } {
  const { name, prefix } = alarmQueue(settings.namespace);
  const connection = new Redis(settings.redisUrl, { maxRetriesPerRequest: 5 });
  connection.on('error', () => undefined);
  const queue = new Queue<{ slot: number }>(name, { connection, prefix });
  return {
    async set(slots) {
      if (slots.length === 0) return;
      const now = Date.now();
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
