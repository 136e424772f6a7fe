import { commandNames } from '../../functions/orders/lifecycle.ts';
import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../clock.ts';
import { Mistake } from '../faults.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';
import { ordersBehind } from '../rebuild/behind.ts';
import type { Kept } from '../rebuild/kept.ts';
import { rebuildRedis } from '../rebuild/redis.ts';

/** ms after which a system that was killed is no member of its groups any more, and one that drains has left them. */
const patience = 30_000;

/**
 * Brings Redis up to the log before anything acts on what it holds: else what it has forgotten would happen again, with
 * other moments or another outcome.
 * @param tell is told what a person should know of it
 * @returns what came of it, in a few words
 * @throws Error where a system is at work on the same topics: most often another one, with another Redis
 */
export async function catchUp(settings: Settings, kept: Kept, tell: (text: string) => void): Promise<string> {
  const behind = await ordersBehind(settings, kept);
  if (behind === 0 && (await kept.caughtUp.is())) return 'Redis holds what the log tells';
  if (behind > 0) tell(`Redis lacks what the log tells of ${behind} orders and more: it is restored from the log`);
  if (!(await othersGone(settings, kept))) return 'Redis was behind the log, and is restored by now';
  const { run, lately } = await kept.caughtUp.begin();
  // What others had in flight is in the log by now.
  const isWhole = lately && (await ordersBehind(settings, kept)) === 0;
  const about = isWhole ? 'Redis holds what the log tells' : await restored(settings, kept, tell);
  // It may have forgotten again what it was given meanwhile.
  return (await kept.caughtUp.set(run)) ? about : catchUp(settings, kept, tell);
}

/** @param tell is told what could not be restored */
async function restored(settings: Settings, kept: Kept, tell: (text: string) => void): Promise<string> {
  const { restored, faults } = await rebuildRedis(settings, kept);
  for (const fault of faults) tell(`could not be restored: ${fault}`);
  return restored > 0 ? `Redis was behind the log: ${restored} orders restored` : 'Redis holds what the log tells';
}

/** Resolves when nobody reads the orders' commands. @returns false where others have restored Redis meanwhile */
function othersGone(settings: Settings, kept: Kept): Promise<boolean> {
  const groups = commandNames.map((name) => settings.namespace + name);
  const deadline = systemClock.monotonic() + patience;
  return withAdmin(connectKafka(settings, 'despacho-start', 'answersSoon'), async (admin) => {
    for (;;) {
      const told = await admin.describeGroups(groups);
      if (told.groups.every(({ members }) => members.length === 0)) return true;
      const behind = await ordersBehind(settings, kept);
      if (behind === 0 && (await kept.caughtUp.is())) return false;
      if (systemClock.monotonic() > deadline) {
        if (behind === 0) return true;
        throw new Mistake(
          'setting',
          'this Redis lacks what the log tells, and a system is at work on the same topics. If that keeps its orders in ' +
            'another Redis, name it in REDIS_URL, or give this system a DESPACHO_NAMESPACE of its own; if it is this one, ' +
            'end every dispatcher, so that the next start can restore Redis',
        );
      }
      await sleep(systemClock, 500);
    }
  });
}
