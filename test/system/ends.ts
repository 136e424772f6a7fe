/** What holds when orders have come to their end. */
import assert from 'node:assert/strict';
import type { Verdict } from '../../scripts/audit/judge.ts';
import type { Customer } from './customer.ts';

/** Each transition has its e-mail and its document. */
export const everythingTold = ({ transitions, letters, documents }: Verdict): boolean =>
  letters === transitions && documents === transitions;

/** Waits for the end of each order, which is that it was completed. */
export async function assertComplete(customer: Customer, orderIds: readonly string[]): Promise<void> {
  for (const commands of await customer.followAll(orderIds)) assert.equal(commands.at(-1), 'complete');
}
