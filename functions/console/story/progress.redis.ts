import { systemClock } from '../../../infra/clock.ts';
import { sentVersion } from '../../notifications/keys.redis.ts';
import { dueField, orderKeys } from '../../orders/keys.redis.ts';
import { parseHistory } from '../../orders/orders.redis.ts';
import type { Order, Progress, Step } from '../../orders/records.ts';
import { slotOf } from '../../orders/timerSlots.ts';
import { connectRedis } from '../../runtime/connection.redis.ts';
import type { Settings } from '../../settings.ts';
import type { Entry } from './story.ts';

/** What Redis holds of the order now: its state, the timer of its next step, and which e-mails are marked as sent. */
export async function progressOf(
  settings: Settings,
  orderId: string,
): Promise<{ entries: Entry[]; progress: Progress | undefined }> {
  const { timerSlot } = settings;
  const keys = orderKeys(settings.namespace);
  const redis = connectRedis(settings);
  try {
    const key = keys.order(orderId);
    const [held, expires] = await Promise.all([redis.hgetall(key), redis.pttl(key)]);
    if (!held.order || !held.history) return { entries: [], progress: undefined };
    const order: Order = JSON.parse(held.order);
    const history = parseHistory(held.history);
    const last = history.at(-1);
    const slot = last?.next && slotOf(last.next.at, timerSlot);
    const due = slot ? await redis.hget(keys.slot(slot), dueField(orderId, last.version)) : null;
    const entries = [...history.flatMap(armed), ...marks(held), ...nextDue(last, slot, due)];
    if (last) {
      const facts = {
        state: last.to,
        version: history.length,
        ...(expires > 0 && { kept_until: systemClock.now() + expires }),
      };
      entries.push({ at: Math.max(last.at, ...entries.map(({ at }) => at)), source: 'Redis', kind: 'state', facts });
    }
    return { entries, progress: { order, history } };
  } finally {
    redis.disconnect();
  }
}

/** Each step's state was written together with the due time that it arms. */
const armed = ({ version, command, from, to, at, next }: Step): Entry[] => [
  {
    at,
    source: 'Redis',
    kind: 'armed',
    version,
    command,
    facts: { from: from ?? '', to, ...(next && { next: next.command, next_at: next.at }) },
  },
];

const marks = (held: Record<string, string>): Entry[] =>
  Object.entries(held).flatMap(([field, at]): Entry[] => {
    const version = sentVersion(field);
    if (version === undefined) return [];
    return [{ at: Number(at), source: 'Redis', kind: 'sent', version, facts: { mark: field } }];
  });

function nextDue(last: Step | undefined, slot: number | undefined, due: string | null): Entry[] {
  if (!last?.next || !slot) return [];
  const { command, at } = last.next;
  const facts = { slot, waiting: due !== null };
  return [{ at, source: 'timers', kind: 'due', command, version: last.version + 1, facts }];
}
