import { Worker } from 'bullmq';
import { redisDueTimes } from '../../functions/orders/dueTimes.redis.ts';
import { alarmQueue } from '../../functions/orders/keys.redis.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import { kafkaLog } from '../../functions/runtime/log.kafka.ts';
import type { Settings } from '../../functions/settings.ts';
import { type Clock, systemClock, within } from '../clock.ts';
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
  const connection = connectRedis(settings, 'works');
  const { name, prefix } = alarmQueue(settings.namespace);
  const worker = new Worker<{ slot: number }>(name, ({ data: { slot } }) => firing.open([slot]), {
    connection,
    prefix,
    concurrency: 50,
  });
  worker.on('error', () => undefined);
  worker.on('failed', (_, error) => watch.failed(error));
  await worker.waitUntilReady();
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
      await within(clock, endsWithin, worker.close());
      await within(clock, endsWithin, firing.close());
      // BullMQ waits without an end for a Redis that is away.
      for (const one of [connection, redis]) one.disconnect();
      await within(clock, endsWithin, kafka.close());
    },
  };
}
