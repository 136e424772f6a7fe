/** The engines of one run, as its scenario has them. */
import { readSettings } from '../../../functions/settings.ts';
import { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { Index, Mailbox, passing } from './engines.ts';
import { Faults } from './faults.ts';
import type { Scenario } from './scenario.ts';
import { Store } from './store.ts';
import type { System } from './system.ts';

export function systemOf({ seed, brokers, rate, only, misfits, waits, setback }: Scenario): System {
  const random = new Random(seed);
  const kafka = new SimulatedKafka({ seed, brokers });
  const settings = readSettings({
    KAFKA_BROKERS: kafka.addresses.join(),
    DESPACHO_WAITS: waits,
    DESPACHO_SETBACK: String(setback),
    DESPACHO_SEED: String(seed),
  });
  const faults = new Faults(random.branch(), rate, only);
  const chance = random.branch();
  const troubles = Object.values(passing);
  const index = new Index(
    () => (chance.happens(faults.over ? 0 : rate) ? chance.one<(typeof troubles)[number]>(troubles) : undefined),
    misfits,
  );
  const store = new Store(settings.timerSlot);
  return { settings, random, kafka, faults, store, mailbox: new Mailbox(), index };
}
