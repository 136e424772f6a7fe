/** The engines that all processes of a run share, and how one of them reaches them. */

import { kafkaLog } from '../../../functions/runtime/log.kafka.ts';
import { once } from '../../../functions/runtime/once.ts';
import type { Log } from '../../../functions/runtime/ports.ts';
import type { Settings } from '../../../functions/settings.ts';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import type { Process } from '../dispatcher/machine.ts';
import type { Index, Mailbox } from './engines.ts';
import { Calls, type Faults } from './faults.ts';
import type { Store } from './store.ts';

/** `settings` name the simulated brokers. */
export type System = Readonly<{
  settings: Settings;
  random: Random;
  kafka: SimulatedKafka;
  faults: Faults;
  store: Store;
  mailbox: Mailbox;
  index: Index;
}>;

/** What one process has of the system. */
export type Surroundings = Readonly<{ system: System; process: Process; calls: Calls; settings: Settings; log: Log }>;

/** @param die ends the process as something that went wrong in it */
export function surroundingsOf(system: System, process: Process, die: () => void): Surroundings {
  const calls = new Calls(system.faults, process, die);
  const settings = { ...system.settings, socketFactory: process.socketFactory };
  const kafka = once(() => kafkaLog(settings));
  const log: Log = {
    async publish(records) {
      if (records.length === 0) return;
      await calls.call({ engine: 'Kafka', what: `publish ${records[0]?.topic}` }, () => kafka().publish(records));
    },
  };
  return { system, process, calls, settings, log };
}
