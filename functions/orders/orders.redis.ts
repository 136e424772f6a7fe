/** Orders in Redis, under the names that `keys.redis.ts` gives. */
import type { Redis } from 'ioredis';
import { type Clock, systemClock } from '../../infra/clock.ts';
import type { Settings } from '../settings.ts';
import { type Asks, guardOf, refuseForgetful } from './forgetful.redis.ts';
import { dueField, duePrefix, orderKeys, orderPrefix, slotsName } from './keys.redis.ts';
import { isFinal } from './lifecycle.ts';
import type { Advance, Orders } from './ports.ts';
import { isImmediate, type Progress, type Step } from './records.ts';
import { opensAt, slotOf } from './timerSlots.ts';

/**
 * One argument for each order, since each costs its time on both sides: `<known> <version> <expiry> <slot> <due>`
 * (0 for none, `due` empty), then the new steps and, for a new order, the order itself, each on a line of its own.
 */
const advanceScript = `${refuseForgetful}
local written, fresh = {}, {}
local pattern = '^(%d+) (%d+) (%d+) (%d+) (%S*)\\n([^\\n]*)\\n(.*)$'
for i = 1, #KEYS do
  local known, version, expiry, slot, due, steps, order = string.match(ARGV[i + 1], pattern)
  local held = redis.call('HMGET', KEYS[i], 'version', 'history')
  if (held[1] or '0') == known then
    if known == '0' then
      redis.call('HSET', KEYS[i], 'version', version, 'history', steps, 'order', order)
    else
      redis.call('HSET', KEYS[i], 'version', version, 'history', held[2] .. ',' .. steps)
    end
    if expiry ~= '0' then redis.call('EXPIRE', KEYS[i], expiry) end
    if slot ~= '0' then
      local orderId = string.sub(KEYS[i], #ARGV[1] + #'${orderPrefix}' + 1)
      redis.call('HSET', ARGV[1] .. '${duePrefix}' .. slot, orderId .. ':' .. version, due)
      if redis.call('ZADD', ARGV[1] .. '${slotsName}', 'NX', slot, slot) == 1 then fresh[#fresh + 1] = slot end
    end
    written[i] = 1
  else
    written[i] = 0
  end
end
return { written, fresh }`;

const loadScript = `${refuseForgetful}
local found = {}
for i = 1, #KEYS do
  local pair = redis.call('HMGET', KEYS[i], 'order', 'history')
  found[2 * i - 1], found[2 * i] = pair[1], pair[2]
end
return found`;

const remindScript = `
for i = 2, #ARGV, 3 do
  redis.call('HSET', ARGV[1] .. '${duePrefix}' .. ARGV[i], ARGV[i + 1], ARGV[i + 2])
  redis.call('ZADD', ARGV[1] .. '${slotsName}', 'NX', ARGV[i], ARGV[i])
end`;

const scripts = { loadOrders: loadScript, advanceOrders: advanceScript, remindOrders: remindScript };

declare module 'ioredis' {
  interface Redis {
    loadOrders(keys: number, ...rest: string[]): Promise<(string | null)[]>;
    advanceOrders(keys: number, ...rest: string[]): Promise<[number[], string[]]>;
    remindOrders(keys: number, ...rest: string[]): Promise<null>;
  }
}

/** Where the due time lies that the last step arms; `slot` is 0 where it arms none. */
type DueTime = Readonly<{ slot: number; field: string; value: string }>;

function dueTime({ order, history }: Progress, width: number): DueTime {
  const last = lastStep({ order, history });
  if (!last.next || isImmediate(last)) return { slot: 0, field: '', value: '' };
  const { command, at } = last.next;
  return { slot: slotOf(at, width), field: dueField(order.orderId, last.version), value: `${command}:${at}` };
}

/** As it is stored, with its steps' commas and no brackets. */
export const parseHistory = (stored: string): Step[] => JSON.parse(`[${stored}]`);

function lastStep({ order, history }: Progress): Step {
  const last = history.at(-1);
  if (!last) throw new Error(`order ${order.orderId} has no step to store`);
  return last;
}

/** @param keepHours for which a finished order is kept */
function advanceArgument({ order, known, history }: Advance, { slot, value }: DueTime, keepHours: number): string {
  const { to } = lastStep({ order, history });
  const head = [known, history.length, isFinal(to) ? Math.ceil(keepHours * 3600) : 0, slot, value].join(' ');
  const steps = history.slice(known).map((step) => JSON.stringify(step));
  return `${head}\n${steps.join()}\n${known === 0 ? JSON.stringify(order) : ''}`;
}

const dueRow = ({ slot, field, value }: DueTime): string[] => [String(slot), field, value];

const progressOf = (order: string | null | undefined, history: string | null | undefined): Progress | undefined =>
  order && history ? { order: JSON.parse(order), history: parseHistory(history) } : undefined;

/** @param redis with `enableAutoPipelining`, so that calls of one moment share a round trip */
export function redisOrders(
  redis: Redis,
  settings: Pick<Settings, 'namespace' | 'timerSlot' | 'keepFinished'>,
  clock: Clock = systemClock,
  asks: Asks = 'whatever it holds',
): Orders {
  for (const [name, lua] of Object.entries(scripts)) redis.defineCommand(name, { lua });
  const { namespace, timerSlot, keepFinished } = settings;
  const { order: key } = orderKeys(namespace);
  const guard = guardOf(asks, settings);

  return {
    async load(orderIds) {
      if (orderIds.length === 0) return [];
      const found = await redis.loadOrders(orderIds.length, ...orderIds.map(key), guard);
      return orderIds.map((_, index) => progressOf(found[2 * index], found[2 * index + 1]));
    },
    async advance(advances) {
      if (advances.length === 0) return { written: [], slots: [] };
      const due = advances.map((advance) => ({ advance, time: dueTime(advance, timerSlot) }));
      const [flags, fresh] = await redis.advanceOrders(
        advances.length,
        ...advances.map(({ order }) => key(order.orderId)),
        namespace,
        ...due.map(({ advance, time }) => advanceArgument(advance, time, keepFinished)),
        guard,
      );
      const written = flags.map((flag) => flag === 1);
      // Whoever holds a slot that is open already has read it before it held these.
      const isOpen = (slot: number) => slot > 0 && opensAt(slot, timerSlot) <= clock.now();
      const open = due.flatMap(({ time }, index) => (written[index] && isOpen(time.slot) ? [time.slot] : []));
      return { written, slots: [...new Set([...fresh.map(Number), ...open])] };
    },
    async remind(orders) {
      const times = orders.map((progress) => dueTime(progress, timerSlot)).filter(({ slot }) => slot > 0);
      if (times.length > 0) await redis.remindOrders(0, namespace, ...times.flatMap(dueRow));
      return [...new Set(times.map(({ slot }) => slot))];
    },
  };
}
