/** The timer worker. BullMQ is cut at its port. */
import { Firing } from '../../../infra/timers/firing.ts';
import { tolerated } from './faults.ts';
import { dueTimesIn } from './ports.ts';
import type { Surroundings } from './system.ts';

/** As in the product. */
const sweepEvery = 1000;

export function startTimers(of: Surroundings): Firing {
  const { process, system, log } = of;
  const { clock } = process;
  const watch = { fired: () => undefined, failed: tolerated };
  const firing = new Firing({ dueTimes: dueTimesIn(of), log, clock, watch });
  system.store.hear((slot) => {
    if (process.alive()) void firing.open([slot]).catch(tolerated);
    return process.alive();
  });
  let sweeping = false;
  clock.every(sweepEvery, async () => {
    if (sweeping) return;
    sweeping = true;
    await firing.sweep().catch(tolerated);
    sweeping = false;
  });
  return firing;
}
