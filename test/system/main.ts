/**
 * A whole system as a process of its own, without serverless-offline: topics, templates, dispatcher, timers, gateway.
 * Its parent sends the service to be run and is told when the system is up; SIGTERM ends it in an orderly way.
 */
import { readSettings } from '../../functions/settings.ts';
import { planOf } from '../../infra/dispatcher/config/mapping.ts';
import { type Dispatcher, startDispatcher } from '../../infra/dispatcher/dispatcher.ts';
import { parts, start } from '../../infra/system/parts.ts';
import type { KafkaService } from './service.ts';

const log = { info: console.log, warn: console.warn, error: console.error };

/** What the parent sends: the service, and the folder where the handlers' paths start. */
export type Orders = Readonly<{ service: KafkaService; directory: string }>;

async function main({ service, directory }: Orders): Promise<void> {
  const settings = readSettings();
  const plan = { ...planOf(service, directory), brokers: settings.kafkaBrokers, access: settings.access.kafka ?? {} };
  let dispatcher: Dispatcher | undefined;
  const functions = {
    async start() {
      dispatcher = await startDispatcher({ ...plan, log });
      return `${plan.mappings.length} mappings`;
    },
    drain: async (milliseconds: number) => JSON.stringify(await dispatcher?.drain(milliseconds)),
  };
  const running = await start(parts(settings, functions, log), log);
  process.once('SIGTERM', async () => {
    await running.down();
    process.exit(0);
  });
  process.send?.('up');
}

process.once('message', (orders: Orders) => main(orders));
// Nobody is left behind by a test that was killed.
process.once('disconnect', () => process.exit(1));
