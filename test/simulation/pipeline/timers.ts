/** The timer worker. BullMQ is cut at its port: an alarm rings at its time, unless it is lost with its worker. */
import type { Alarms, DueTimes } from '../../../functions/orders/ports.ts';
import { opensAt } from '../../../functions/orders/timerSlots.ts';
import { sleep } from '../../../infra/clock.ts';
import { Firing } from '../../../infra/timers/firing.ts';
import { Process } from './faults.ts';
import { logIn, type System } from './system.ts';

/** As in the product. */
const sweepEvery = 1000;

/** The worker that alarms ring at, of each system. */
const workers = new WeakMap<System, Firing>();

export async function runTimers(system: System): Promise<never> {
  const { clock, faults } = system;
  for (;;) {
    const process = new Process(faults, clock);
    const watch = { fired: () => undefined, failed: () => undefined };
    const firing = new Firing({ dueTimes: dueTimesIn(system, process), log: logIn(system, process), clock, watch });
    workers.set(system, firing);
    const sweep = clock.every(sweepEvery, () => void firing.sweep().catch(() => undefined));
    await process.gone;
    sweep.cancel();
    await sleep(clock, 500);
  }
}

const dueTimesIn = ({ store }: System, process: Process): DueTimes => ({
  slots: (until, most) => process.call('Redis: slots', () => store.slotsUntil(until, most)),
  read: (slots) => process.call('Redis: read slots', () => store.read(slots)),
  done: (slots) => process.call('Redis: done', () => store.done(slots)),
});

export function alarmsIn(system: System, process: Process): Alarms {
  const { clock, settings } = system;
  return {
    async set(slots) {
      if (slots.length === 0) return;
      await process.call('BullMQ: set', () => {
        for (const slot of slots) {
          const ring = () =>
            void workers
              .get(system)
              ?.open([slot])
              .catch(() => undefined);
          clock.after(Math.max(0, opensAt(slot, settings.timerSlot) - clock.now()), ring);
        }
      });
    },
  };
}
