import { isFinal } from '../../functions/orders/lifecycle.ts';
import type { Step } from '../../functions/orders/records.ts';
import type { Settings } from '../../functions/settings.ts';
import type { Clock } from '../clock.ts';

const hour = 3_600_000;

/** An order of which the log tells more than Redis knows. `known`: how many of its steps that does know. */
type Lacked = Readonly<{ orderId: string; last: Pick<Step, 'to' | 'at'>; known: number }>;

/**
 * Whether Redis is to have it. It is not where it came to its end longer ago than Redis keeps it, or its customer was removed;
 * but what an old copy brought back of it would go on from there, and is brought to its end.
 * @param forgotten ids of removed customers' orders
 */
export function isKept(
  { orderId, last, known }: Lacked,
  { keepFinished }: Pick<Settings, 'keepFinished'>,
  forgotten: ReadonlySet<string>,
  clock: Clock,
): boolean {
  if (known > 0) return true;
  if (forgotten.has(orderId)) return false;
  return !isFinal(last.to) || last.at > clock.now() - keepFinished * hour;
}
