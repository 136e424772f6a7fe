/**
 * Orders in Redis. `order:<id>` is a hash of `order` (JSON, written once), `history` (JSON steps) and `version`.
 * A due time lies in the hash `due:<slot>` as `<orderId>:<version>` → `<command>:<ms>`; the sorted set
 * `due:slots` names the slots that hold something.
 */
import type { Redis } from 'ioredis';
import { isFinal } from '../orders/lifecycle.ts';
import { isImmediate, type Order, type Progress, type Step } from '../orders/records.ts';
import type { Advance, Orders } from './ports.ts';
import type { Settings } from './settings.ts';

/** How long a finished order stays readable: as long as Kafka keeps its records by default. */
const keepFinishedSeconds = 7 * 24 * 3600;

/** Eight arguments for each order: known version, new version, history, order, expiry, and slot, field, value of its due time. */
const advanceScript = `
local written, fresh = {}, {}
for i = 1, #KEYS do
  local known, version, history, order, expiry, slot, field, value = unpack(ARGV, 8 * i - 6, 8 * i + 1)
  if (redis.call('HGET', KEYS[i], 'version') or '0') == known then
    redis.call('HSET', KEYS[i], 'version', version, 'history', history)
    if order ~= '' then redis.call('HSET', KEYS[i], 'order', order) end
    if expiry ~= '' then redis.call('EXPIRE', KEYS[i], expiry) end
    if slot ~= '' then
      redis.call('HSET', ARGV[1] .. 'due:' .. slot, field, value)
      if redis.call('ZADD', ARGV[1] .. 'due:slots', 'NX', slot, slot) == 1 then fresh[#fresh + 1] = slot end
    end
    written[i] = 1
  else
    written[i] = 0
  end
end
return { written, fresh }`;

const loadScript = `
local found = {}
for i = 1, #KEYS do
  local pair = redis.call('HMGET', KEYS[i], 'order', 'history')
  found[2 * i - 1], found[2 * i] = pair[1], pair[2]
end
return found`;

const remindScript = `
for i = 2, #ARGV, 3 do
  redis.call('HSET', ARGV[1] .. 'due:' .. ARGV[i], ARGV[i + 1], ARGV[i + 2])
  redis.call('ZADD', ARGV[1] .. 'due:slots', 'NX', ARGV[i], ARGV[i])
end`;

declare module 'ioredis' {
  interface Redis {
    loadOrders(keys: number, ...rest: string[]): Promise<(string | null)[]>;
    advanceOrders(keys: number, ...rest: string[]): Promise<[number[], string[]]>;
    remindOrders(keys: number, ...rest: string[]): Promise<null>;
  }
}

/** Slot, field and value of the due time that the last step arms; a slot never fires before what it holds is due. */
function dueTime(order: Order, last: Step, width: number): [slot: string, field: string, value: string] {
  if (!last.next || isImmediate(last)) return ['', '', ''];
  const slot = Math.ceil(last.next.at / width) * width;
  return [String(slot), `${order.orderId}:${last.version}`, `${last.next.command}:${last.next.at}`];
}

function lastStep({ order, history }: Progress): Step {
  const last = history.at(-1);
  if (!last) throw new Error(`order ${order.orderId} has no step to store`);
  return last;
}

/** @param redis with `enableAutoPipelining`, so that calls of one moment share a round trip */
export function redisOrders(redis: Redis, settings: Pick<Settings, 'namespace' | 'timerSlot'>): Orders {
  redis.defineCommand('loadOrders', { lua: loadScript });
  redis.defineCommand('advanceOrders', { lua: advanceScript });
  redis.defineCommand('remindOrders', { lua: remindScript });
  const { namespace, timerSlot } = settings;
  const key = (orderId: string) => `${namespace}order:${orderId}`;

  const advanceArguments = ({ order, known, history }: Advance): string[] => {
    const last = lastStep({ order, history });
    return [
      String(known),
      String(history.length),
      JSON.stringify(history),
      known === 0 ? JSON.stringify(order) : '',
      isFinal(last.to) ? String(keepFinishedSeconds) : '',
      ...dueTime(order, last, timerSlot),
    ];
  };

  return {
    async load(orderIds) {
      if (orderIds.length === 0) return [];
      const found = await redis.loadOrders(orderIds.length, ...orderIds.map(key));
      return orderIds.map((_, index) => {
        const [order, history] = [found[2 * index], found[2 * index + 1]];
        return order && history ? { order: JSON.parse(order), history: JSON.parse(history) } : undefined;
      });
    },
    async advance(advances) {
      if (advances.length === 0) return { written: [], slots: [] };
      const [flags, slots] = await redis.advanceOrders(
        advances.length,
        ...advances.map(({ order }) => key(order.orderId)),
        namespace,
        ...advances.flatMap(advanceArguments),
      );
      return { written: flags.map((flag) => flag === 1), slots: slots.map(Number) };
    },
    async remind(orders) {
      const times = orders
        .map((progress) => dueTime(progress.order, lastStep(progress), timerSlot))
        .filter(([slot]) => slot !== '');
      if (times.length > 0) await redis.remindOrders(0, namespace, ...times.flat());
      return times.map(([slot]) => Number(slot));
    },
  };
}
