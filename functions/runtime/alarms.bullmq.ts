import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import type { Alarms } from './ports.ts';
import type { Settings } from './settings.ts';

/** BullMQ's keys are put under the namespace too, so that systems on one Redis do not wake each other. */
export const alarmQueue = (namespace: string) => ({ name: 'alarms', prefix: `${namespace}bull` });

/**
 * A delayed BullMQ job for each slot. A job carries no order: what is due is in the slot.
 * The jobs have ids of BullMQ's own: a slot that is filled again while its last job still runs needs a new one.
 */
export function bullmqAlarms(settings: Pick<Settings, 'redisUrl' | 'namespace'>): Alarms & { close(): Promise<void> } {
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
        slots.map((slot) => ({ name: 'slot', data: { slot }, opts: { ...options, delay: Math.max(0, slot - now) } })),
      );
    },
    async close() {
      await queue.close();
      await connection.quit();
    },
  };
}
