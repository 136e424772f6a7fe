/** The other side of `functions/orders/alarms.bullmq.ts`, which sets the alarms. */
import { Worker } from 'bullmq';
import { alarmQueue } from '../../functions/orders/keys.redis.ts';
import { connectRedis } from '../../functions/runtime/connection.redis.ts';
import type { Settings } from '../../functions/settings.ts';

/** `ring` is called with the slot whose alarm rings; `failed` with what it threw: that alarm does not ring again. */
type Hearer = Readonly<{ ring(slot: number): Promise<void>; failed(error: Error): void }>;
/** `close` resolves when what rings has been dealt with, `disconnect` gives up what it waits for: BullMQ waits without an end for a Redis that is away. */
type Hearing = Readonly<{ close(): Promise<void>; disconnect(): void }>;

/** Hears alarms from now on, those first that rang while nobody listened. Of several who listen one hears each alarm. */
export async function hearAlarms(
  settings: Pick<Settings, 'redisUrl' | 'access' | 'namespace'>,
  { ring, failed }: Hearer,
): Promise<Hearing> {
  const connection = connectRedis(settings, 'works');
  const { name, prefix } = alarmQueue(settings.namespace);
  const worker = new Worker<{ slot: number }>(name, ({ data: { slot } }) => ring(slot), {
    connection,
    prefix,
    concurrency: 50,
  });
  worker.on('error', () => undefined);
  worker.on('failed', (_, error) => failed(error));
  await worker.waitUntilReady();
  return { close: () => worker.close(), disconnect: () => connection.disconnect() };
}
