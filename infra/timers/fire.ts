import { commandTopic } from '../../functions/orders/topics.ts';
import type { Clock, Due, DueTimes, Log, LogRecord } from '../../functions/runtime/ports.ts';

/** Slots taken in one go: enough to clear a second's backlog of 5 ms slots in a batch. */
const mostSlots = 200;

export type Fired = Readonly<{ commands: number; latest: number }>;

/**
 * Turns everything that is due into commands: one batch to Kafka, and only then forgotten. A crash in between
 * publishes the same commands again, which the functions recognise by their version.
 * Calls that come while one is under way share the next run, so that a burst of alarms costs one look.
 */
export function firing(dueTimes: DueTimes, log: Log, clock: Clock): () => Promise<Fired> {
  let running: Promise<Fired> | undefined;
  let next: Promise<Fired> | undefined;

  const run = async (): Promise<Fired> => {
    let commands = 0;
    let latest = 0;
    for (;;) {
      const slots = await dueTimes.take(clock(), mostSlots);
      if (slots.length === 0) return { commands, latest };
      const firedAt = clock();
      const due = slots.flatMap((slot) => slot.due);
      await log.publish(due.map((one) => commandRecord(one, firedAt)));
      await dueTimes.done(slots);
      commands += due.length;
      latest = due.reduce((most, { at }) => Math.max(most, firedAt - at), latest);
    }
  };

  const start = (): Promise<Fired> => {
    running = run().finally(() => {
      running = undefined;
    });
    return running;
  };

  return () => {
    if (!running) return start();
    next ??= running
      .catch(() => undefined)
      .then(() => {
        next = undefined;
        return start();
      });
    return next;
  };
}

const commandRecord = ({ orderId, version, command, at }: Due, firedAt: number): LogRecord => ({
  topic: commandTopic(command),
  key: orderId,
  value: JSON.stringify({ orderId, version, due: { at, firedAt } }),
});
