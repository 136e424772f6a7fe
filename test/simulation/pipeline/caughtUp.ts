/** What each start does before anything acts on what Redis holds. */
import { catchUp } from '../../../infra/system/catchUp.ts';
import { alarmsIn, ordersIn, sentIn } from './ports.ts';
import type { Surroundings } from './system.ts';

type Hearers = Readonly<{
  said(line: string): void;
  /** Called where a process that lives is refused its start. */
  refused(error: unknown): void;
}>;

/** @throws what refuses the start */
export async function caughtUp(of: Surroundings, { said, refused }: Hearers): Promise<void> {
  try {
    said(await catchUp(of.settings, { orders: ordersIn(of), sent: sentIn(of), alarms: alarmsIn(of) }, said));
  } catch (error) {
    if (of.process.alive()) refused(error);
    throw error;
  }
}
