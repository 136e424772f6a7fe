/** What each start does before anything acts on what Redis holds, and what looks after it from then on. */
import { catchUp } from '../../../infra/system/catchUp.ts';
import { type Acting, watchRedis } from '../../../infra/system/watchRedis.ts';
import { alarmsIn, caughtUpIn, ordersIn, sentIn } from './ports.ts';
import type { Surroundings } from './system.ts';

type Hearers = Readonly<{
  said(line: string): void;
  /** Called where a process that lives is refused its start. */
  refused(error: unknown): void;
}>;

/** @throws what refuses the start */
export async function caughtUp(of: Surroundings, { said, refused }: Hearers): Promise<void> {
  try {
    const kept = { orders: ordersIn(of), sent: sentIn(of), alarms: alarmsIn(of), caughtUp: caughtUpIn(of) };
    said(await catchUp(of.settings, kept, said));
  } catch (error) {
    if (of.process.alive()) refused(error);
    throw error;
  }
}

/** As long as the process lives: it ends, and is started again, when Redis may have forgotten something. */
export function watched(
  of: Surroundings,
  { said }: Pick<Hearers, 'said'>,
  { down, up }: Pick<Acting, 'down' | 'up'>,
): void {
  let over = false;
  const { clock, alive } = of.process;
  watchRedis({
    clock,
    caughtUp: { is: async () => over || !alive() || caughtUpIn(of).is() },
    acting: [
      {
        name: 'part',
        async up() {
          // With a watch of its own.
          over = true;
          return up();
        },
        down,
      },
    ],
    // Its start does that.
    catchUp: async () => 'looked at by the start',
    log: { info: said, warn: said, error: said },
  });
}
