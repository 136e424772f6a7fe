import type { Redis } from 'ioredis';
import { isOneOf } from '../../infra/namesOf.ts';
import { chunks } from '../runtime/chunks.ts';
import type { Settings } from '../settings.ts';
import { dueField, orderKeys } from './keys.redis.ts';
import { commandNames } from './lifecycle.ts';
import type { Due, DueTimes } from './ports.ts';

/** Removes the fields that were taken; a slot that was filled again meanwhile keeps the new ones and its place. */
const doneScript = `
redis.call('HDEL', KEYS[1], unpack(ARGV, 2))
if redis.call('EXISTS', KEYS[1]) == 0 then redis.call('ZREM', KEYS[2], ARGV[1]) end`;

/** Lua unpacks only a few thousand arguments at a time. */
const mostFields = 1000;

declare module 'ioredis' {
  interface Redis {
    doneDue(keys: number, slotKey: string, slotsKey: string, ...rest: string[]): Promise<null>;
  }
}

function readDue(field: string, value: string): Due {
  const [orderId = '', version] = field.split(':');
  const [command, at] = value.split(':');
  if (!isOneOf(commandNames, command)) throw new Error(`due time ${field} names no command: ${value}`);
  return { orderId, version: Number(version), command, at: Number(at) };
}

/** The other side of `orders.redis.ts`, which writes the due times. */
export function redisDueTimes(redis: Redis, { namespace }: Pick<Settings, 'namespace'>): DueTimes {
  redis.defineCommand('doneDue', { lua: doneScript });
  const { slots: slotsKey, slot: slotKey } = orderKeys(namespace);
  return {
    async slots(until, most) {
      return (await redis.zrangebyscore(slotsKey, 0, until, 'LIMIT', 0, most)).map(Number);
    },
    async read(slots) {
      const held = await Promise.all(slots.map((slot) => redis.hgetall(slotKey(slot))));
      return slots.map((slot, index) => ({
        slot,
        due: Object.entries(held[index] ?? {}).map(([field, value]) => readDue(field, value)),
      }));
    },
    async done(slots) {
      await Promise.all(
        slots.flatMap(({ slot, due }) => {
          const fields = due.map(({ orderId, version }) => dueField(orderId, version));
          if (fields.length === 0) return [redis.doneDue(2, slotKey(slot), slotsKey, String(slot), '')];
          return chunks(fields, mostFields).map((some) =>
            redis.doneDue(2, slotKey(slot), slotsKey, String(slot), ...some),
          );
        }),
      );
    },
  };
}

/** Everything that waits for its moment. */
export async function allDue(dueTimes: DueTimes): Promise<Due[]> {
  const slots = await dueTimes.slots(Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
  return (await dueTimes.read(slots)).flatMap(({ due }) => due);
}
