import { redisDueTimes } from '../../functions/orders/dueTimes.redis.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { type Clock, systemClock, within } from '../clock.ts';
import { hearAlarms } from './alarms.bullmq.ts';
import { Firing, type Watch } from './firing.ts';

type Log = Readonly<{ info(text: string): void; error(text: string): void }>;
/** Timers that work; `drain` lets what is being fired reach Kafka, for half a minute at most. */
export type Timers = Readonly<{ drain(): Promise<void> }>;

/** ms for what is being fired to end; what has not then is fired by the next start. */
const endsWithin = 10_000;

/** An alarm can be lost with its Redis job; what is overdue is looked for this often (ms). */
const sweepEvery = 1000;

/** Tells once when timers cannot fire, and once when they can again. */
function watchOf(log: Log): Watch {
  let failing = false;
  return {
    fired({ commands, latest }) {
      if (failing) log.info(`timers work again; ${commands} commands fired, the latest ${latest} ms late`);
      failing = false;
    },
    failed(error) {
      // The due times stay where they are, and are tried again.
      if (!failing) log.error(`timers cannot fire, and try again every second: ${error}`);
      failing = true;
    },
  };
}

/**
 * Turns due times into commands: woken by BullMQ's delayed jobs, and by a sweep for what lost its alarm.
 * Any number of these workers can share a namespace.
 */
export async function startTimers(settings: Settings, log: Log, clock: Clock = systemClock): Promise<Timers> {
  const redis = connectRedis(settings);
  const kafka = kafkaLog(settings);
  const watch = watchOf(log);
  const firing = new Firing({ dueTimes: redisDueTimes(redis, settings), log: kafka, clock, watch });
  const hearing = await hearAlarms(settings, { ring: (slot) => firing.open([slot]), failed: watch.failed });
  let sweeping = false;
  const sweepOnce = async (): Promise<void> => {
    // One that Redis does not answer is not joined by more of them.
    if (sweeping) return;
    sweeping = true;
    await firing.sweep().catch(watch.failed);
    sweeping = false;
  };
  const sweep = clock.every(sweepEvery, sweepOnce);
  return {
    async drain() {
      sweep.cancel();
      await within(clock, endsWithin, hearing.close());
      await within(clock, endsWithin, firing.close());
      for (const one of [hearing, redis]) one.disconnect();
      await within(clock, endsWithin, kafka.close());
    },
  };
}
