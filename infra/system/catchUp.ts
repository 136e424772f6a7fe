import { commandNames } from '../../functions/orders/lifecycle.ts';
import type { Settings } from '../../functions/settings.ts';
import { sleep, systemClock } from '../clock.ts';
import { connectKafka, withAdmin } from '../kafkajs/kafkaClient.ts';
import { ordersBehind } from '../rebuild/behind.ts';
import { rebuildRedis } from '../rebuild/redis.ts';

/** ms after which a system that was killed is no member of its groups any more, and then some. */
const patience = 15_000;

/**
 * Brings Redis up to the log before anything acts on what it holds: else what it has forgotten would happen again, with
 * other moments or another outcome.
 * @param tell is told what a person should know of it
 * @returns what came of it, in a few words
 * @throws Error where another system, with another Redis, is at work on the same topics
 */
export async function catchUp(settings: Settings, tell: (text: string) => void): Promise<string> {
  const behind = await ordersBehind(settings);
  if (behind === 0) return 'Redis holds what the log tells';
  tell(`Redis lacks what the log tells of ${behind} orders and more: it is restored from the log`);
  await othersGone(settings);
  const { restored, faults } = await rebuildRedis(settings);
  for (const fault of faults) tell(`could not be restored: ${fault}`);
  return `Redis was behind the log: ${restored} orders restored`;
}

/** Resolves when nobody reads the orders' commands. */
async function othersGone(settings: Settings): Promise<void> {
  const groups = commandNames.map((name) => settings.namespace + name);
  const deadline = systemClock.monotonic() + patience;
  await withAdmin(connectKafka(settings, 'despacho-start', 'answersSoon'), async (admin) => {
    for (;;) {
      const told = await admin.describeGroups(groups);
      if (told.groups.every(({ members }) => members.length === 0)) return;
      if (systemClock.monotonic() > deadline) {
        throw new Error(
          'another system reads the same topics and keeps their orders in another Redis. ' +
            'Name its Redis in REDIS_URL, or give this system a DESPACHO_NAMESPACE of its own',
        );
      }
      await sleep(systemClock, 500);
    }
  });
}
