import type { Order } from '../../functions/orders/records.ts';
import type { Clock } from '../clock.ts';
import type { Caller } from './caller.ts';
import type { Call, Intake } from './intake.ts';
import { placed } from './placedRecord.ts';
import { Refusal } from './refusal.ts';

/**
 * Stores an order within its caller's share for the recipient. What is refused so that it may be repeated has not been
 * stored, and does not count.
 * @throws Refusal RESOURCE_EXHAUSTED when it is more than the caller's share, or what the intake refuses with
 */
export async function keep(
  caller: Caller,
  order: Order,
  call: Call,
  { intake, clock }: Readonly<{ intake: Pick<Intake, 'put'>; clock: Clock }>,
): Promise<void> {
  const giveBack = caller.writeTo(order, clock);
  try {
    await intake.put(placed(order), call);
  } catch (error) {
    if (error instanceof Refusal && error.mayRepeat) giveBack();
    throw error;
  }
}
