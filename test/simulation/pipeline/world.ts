/** One run of the order pipeline: its functions and timers over engines in memory, from orders to the audit's verdict. */
import { createHash } from 'node:crypto';
import { commandNames, isFinal } from '../../../functions/orders/lifecycle.ts';
import type { Order } from '../../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../../functions/orders/topics.ts';
import { readSettings, type Settings } from '../../../functions/settings.ts';
import { sleep } from '../../../infra/clock.ts';
import { place } from '../../../infra/gateway/place.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { VirtualTime } from '../../../infra/simulation/time.ts';
import { judge } from '../../../scripts/audit/judge.ts';
import { Index, Mailbox, Store } from './engines.ts';
import { evidenceOf } from './evidence.ts';
import { type Fault, Faults, Process } from './faults.ts';
import { handlersOf } from './functions.ts';
import { MemoryLog } from './log.ts';
import type { System } from './system.ts';
import { runTimers } from './timers.ts';
import { runTrigger } from './trigger.ts';

export type Scenario = Readonly<{
  seed: number;
  orders: number;
  /** Of each call to an engine, to go wrong. */
  rate: number;
  setback: number;
  /** Seconds in each state, as the setting of the waits is written. */
  waits: string;
  /** Of an order, to be cancelled. */
  cancels: number;
  /** The calls that may go wrong, by number; all unless given. */
  only?: readonly number[];
}>;

export type Result = Readonly<{
  /** Of what the engines hold at the end. */
  hash: string;
  /** Orders. */
  records: number;
  disturbances: number;
  failure: string | undefined;
  faults: readonly Fault[];
}>;

/** ms in which orders come and calls go wrong. */
const troubled = 30_000;
/** ms in which all must be over then. */
const calm = 300_000;
const wish = {
  ...{ product: 'Lamp', price: 12.5, gateway: 'Webpay', cardBrand: 'Visa', bank: 'Estado', region: 'Maule' },
  ...({ address: 'Calle 1', email: 'ana@example.com', run: '', distribution: '', language: 'es', key: '' } as const),
};

export class World {
  readonly time: VirtualTime;
  readonly #scenario: Scenario;
  readonly #settings: Settings;
  readonly #random: Random;
  readonly #system: System;
  readonly #acknowledged = new Set<string>();

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const { seed, waits, setback } = scenario;
    this.time = new VirtualTime(seed);
    this.#random = new Random(seed);
    this.#settings = readSettings({
      DESPACHO_WAITS: waits,
      DESPACHO_SETBACK: String(setback),
      DESPACHO_SEED: String(seed),
    });
    const { clock } = this.time;
    this.#system = {
      settings: this.#settings,
      clock,
      faults: new Faults(this.#random.branch(), scenario.rate, scenario.only && new Set(scenario.only)),
      log: new MemoryLog(),
      store: new Store(this.#settings.timerSlot, clock),
      mailbox: new Mailbox(),
      index: new Index(),
    };
  }

  async run(): Promise<Result> {
    try {
      this.#start();
      await this.time.pass(troubled);
      this.#system.faults.over = true;
      const ended = await this.time.run(() => this.#isOver(), calm);
      return this.#result(ended);
    } finally {
      this.time.uninstall();
    }
  }

  #start(): void {
    const { log, faults, clock } = this.#system;
    for (const { topic, handlerIn } of handlersOf(this.#system)) {
      for (const partition of log.partitions(topic)) void runTrigger({ partition, handlerIn, faults, clock });
    }
    void runTimers(this.#system);
    for (let count = 0; count < this.#scenario.orders; count++) void this.#customer(this.#random.branch());
  }

  /** Places an order until it is told that the shop has it, and may cancel it. */
  async #customer(random: Random): Promise<void> {
    const { clock } = this.#system;
    await sleep(clock, random.between(0, troubled / 3));
    const origin = { traceId: clock.uuid().replaceAll('-', ''), owner: '', secret: '' };
    const order = place({ ...wish, clock: 1 }, {}, origin, this.#settings, clock);
    await this.#publish(commandTopic('process'), order.orderId, order);
    this.#acknowledged.add(order.orderId);
    if (!random.happens(this.#scenario.cancels)) return;
    await sleep(clock, random.between(0, troubled / 3));
    await this.#publish(commandTopic('cancel'), order.orderId, { orderId: order.orderId });
  }

  async #publish(topic: string, key: string, value: object): Promise<void> {
    const { faults, clock, log } = this.#system;
    for (;;) {
      const gateway = new Process(faults, clock);
      const put = () => log.append([{ topic, key, value: JSON.stringify(value) }], clock.now());
      const done = gateway.call(`gateway: publish ${topic}`, put).then(
        () => true,
        () => false,
      );
      if ((await Promise.race([done, gateway.gone])) === true) return;
      await sleep(clock, 200);
    }
  }

  #isOver(): boolean {
    const { log, store } = this.#system;
    if (this.#acknowledged.size < this.#scenario.orders || store.slots.size > 0) return false;
    return [...handlersOf(this.#system)].every(({ topic }) =>
      log.partitions(topic).every(({ committed, records }) => committed === records.length),
    );
  }

  #result(ended: boolean): Result {
    const { log, faults, clock, store } = this.#system;
    const evidence = evidenceOf(this.#system, this.#acknowledged);
    const { offences, dead, inFlight, repeatedLetters } = judge(evidence, { email: true, metrics: true, whole: true });
    // The audit takes a few repeats for crashes. Here a call in ten may fail, and no bound holds; without faults none is repeated.
    const offence = offences.find(({ kind }) => kind !== 'e-mail over and over');
    const untroubled = faults.happened.length === 0;
    const open = [...store.orders.values()].filter(({ history }) => !isFinal(history.at(-1)?.to ?? 'processing'));
    const told = [eventsTopic, ...commandNames.map(commandTopic)].map((topic) => log.values<Order>(topic));
    const hash = createHash('sha256')
      .update(JSON.stringify([told, faults.happened, clock.now(), [...evidence.letters.keys()]]))
      .digest('hex')
      .slice(0, 16);
    const failures = [
      offence && `${offence.kind}: ${offence.orderId} ${offence.about}`,
      ended ? undefined : `not over ${calm / 1000} s after the last fault: ${open.length} orders are open`,
      untroubled && repeatedLetters > 0 ? `${repeatedLetters} e-mails came again though nothing failed` : undefined,
      dead + inFlight > 0 ? `${dead} orders are dead, ${inFlight} in flight` : undefined,
    ];
    const failure = failures.find((text) => text !== undefined);
    return {
      hash,
      records: evidence.placed.size,
      disturbances: faults.happened.length,
      failure,
      faults: faults.happened,
    };
  }
}
