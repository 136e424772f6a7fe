import { chunks } from '../../functions/runtime/chunks.ts';
import type { Settings } from '../../functions/settings.ts';
import { systemClock } from '../clock.ts';
import { forgottenOrders } from '../forget/forgotten.kafka.ts';
import { isKept } from './isKept.ts';
import type { Kept } from './kept.ts';
import { lackingOrders } from './lacking.ts';
import { restoreMarks } from './marks.ts';
import { readOrders, type ToldOrder } from './ordersFromLog.ts';
import { Strange } from './strange.ts';

/** Orders that are restored from one reading of the log: some 100 MB of memory. */
const together = 50_000;
/** Orders of one call to Redis. */
const chunkSize = 500;

/** Whether an order is to be restored of which Redis knows so many of its steps. */
type Wanted = (told: ToldOrder, known: number) => boolean;

/** `restored`: orders that Redis was given. `faults`: a sentence for each that cannot be restored as it was. */
type RebuiltRedis = Readonly<{ restored: number; faults: string[]; passedOver: string[] }>;

/**
 * Restores states, due times, timers and the marks of sent e-mails from Kafka. The system may run meanwhile: an order
 * that has moved on is left as it is. Orders that have ended are restored where Redis would still have them: else a record of
 * theirs that comes again would begin them again. What was forgotten stays so.
 * @param most orders that are held in memory
 */
export async function rebuildRedis(settings: Settings, kept: Kept, most = together): Promise<RebuiltRedis> {
  const strange = new Strange();
  const faults: string[] = [];
  let restored = 0;
  const forgotten = await forgottenOrders(settings);
  const wanted: Wanted = ({ order, history }, known) => {
    const last = history.at(-1);
    return last !== undefined && isKept({ orderId: order.orderId, last, known }, settings, forgotten, systemClock);
  };
  const lacking = await lackingOrders(settings, kept.orders, forgotten, { most: chunkSize, strange });
  for (const share of chunks(lacking, most)) {
    const told = await readOrders(settings, new Set(share), strange);
    faults.push(...told.faults);
    for (const chunk of chunks(told.orders, chunkSize)) restored += await restore(chunk, kept, wanted);
  }
  await restoreMarks(settings, kept.sent, strange);
  return { restored, faults, passedOver: strange.places };
}

/** @returns how many of them Redis was given */
async function restore(
  chunk: readonly ToldOrder[],
  { orders, alarms }: Pick<Kept, 'orders' | 'alarms'>,
  wanted: Wanted,
): Promise<number> {
  const known = await orders.load(chunk.map(({ order }) => order.orderId));
  const behind = chunk.flatMap((told, index) => {
    const { order, history } = told;
    const steps = known[index]?.history.length ?? 0;
    return history.length > steps && wanted(told, steps) ? [{ order, known: steps, history }] : [];
  });
  const { written, slots } = await orders.advance(behind);
  await alarms.set(slots);
  return written.filter(Boolean).length;
}
