/** One run of the order pipeline, from its customers' calls to the audit's verdict, in virtual time. */
import { createHash } from 'node:crypto';
import { setImmediate as turn } from 'node:timers/promises';
import { topics } from '../../../functions/orders/topics.ts';
import { systemClock } from '../../../infra/clock.ts';
import { VirtualTime } from '../../../infra/simulation/time.ts';
import { Instance } from '../dispatcher/instance.ts';
import type { Process } from '../dispatcher/machine.ts';
import { disturb } from '../disturbances/unleash.ts';
import { caughtUp, watched } from './caughtUp.ts';
import { shopAs, startGateway } from './customer.ts';
import { evidenceOf } from './evidence.ts';
import './lateRequests.ts';
import { Part, startAgain } from './part.ts';
import { type Action, type Result, type Scenario, troubled } from './scenario.ts';
import { plan } from './service.ts';
import { type System, surroundingsOf } from './system.ts';
import { systemOf } from './systemOf.ts';
import { startTimers } from './timers.ts';
import { givenUp, isAllDone, wrongIn } from './verdict.ts';
import { workersOf } from './workers.ts';

/**
 * ms in which all must be over when nothing disturbs any more: each step waits for as long as clocks differ (90 s), and some
 * order is set back again and again.
 */
const calm = 3_600_000;
/** ms of calm, by the monotonic clock, after which a start is refused no more. */
const settled = 60_000;
/** A fetch that finds nothing waits longer than in the product: each costs more here than whatever it is answered. */
const waits = { fetch: 2000, shortFetch: 2000, session: 10_000, givesUp: true };
/** Lines of the log that are kept for the story. */
const kept = 60;

type Running = Pick<Instance, 'start' | 'kill' | 'jump'>;

export class World {
  readonly time: VirtualTime;
  readonly #scenario: Scenario;
  readonly #system: System;
  readonly #dispatchers: readonly Instance[];
  readonly #timers: Part<unknown>;
  readonly #gateway: Part<ReturnType<typeof startGateway>>;
  readonly #told = { acknowledged: new Set<string>(), cancelled: new Set<string>() };
  #calmSince = Number.POSITIVE_INFINITY;
  readonly #story: string[] = [];
  readonly #hash = createHash('sha256');
  #failure: string | undefined;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    this.time = new VirtualTime(scenario.seed);
    this.#system = systemOf(scenario);
    this.#timers = new Part(this.#system, async (of) => {
      await caughtUp(of, this.#hearers);
      const firing = startTimers(of);
      const down = () => firing.close().then(() => void this.#timers.kill());
      watched(of, this.#hearers, { down, up: async () => `${this.#timers.start()}` });
      return firing;
    });
    this.#gateway = new Part(this.#system, startGateway);
    this.#dispatchers = Array.from({ length: scenario.dispatchers }, (_, at) => this.#dispatcher(`dispatcher-${at}`));
  }

  get #parts(): readonly Running[] {
    return [...this.#dispatchers, this.#timers, this.#gateway];
  }

  readonly #violated = (text: string): void => {
    this.#failure ??= text;
    this.#said(`VIOLATED: ${text}`);
  };

  readonly #said = (line: string): void => {
    this.#story.push(`${(this.time.elapsed / 1000).toFixed(3)} s  ${line}`);
    if (this.#story.length > kept) this.#story.shift();
  };

  readonly #hearers = {
    said: this.#said,
    refused: (error: unknown) =>
      (systemClock.monotonic() - this.#calmSince > settled ? this.#violated : this.#said)(
        `a start is refused: ${error}`,
      ),
  };

  #dispatcher(name: string): Instance {
    const system = this.#system;
    const died = () => this.#act({ kind: 'kill', part: this.#dispatchers.indexOf(instance), back: startAgain });
    const instance: Instance = new Instance({
      ...{ name, random: system.random.branch(), kafka: system.kafka, plan, waits },
      ...{ violated: this.#violated, said: this.#said },
      workersOf: (running) => workersOf(system, running),
      before: (process: Process) => caughtUp(surroundingsOf(system, process, died), this.#hearers),
      up: (process: Process) =>
        watched(surroundingsOf(system, process, died), this.#hearers, {
          down: async () => void (await instance.drain()),
          up: async () => `${instance.start()}`,
        }),
    });
    return instance;
  }

  async run(): Promise<Result> {
    const unexpected = (error: unknown) =>
      this.#violated(`the process would have ended: ${(error as Error)?.stack ?? error}`);
    process.on('unhandledRejection', unexpected).on('uncaughtException', unexpected);
    try {
      this.#start();
      await this.time.run(() => this.#failure !== undefined || this.time.elapsed > troubled, calm);
      this.#end();
      const isOver = () => isAllDone(this.#system, this.#told.acknowledged, this.#scenario.orders);
      const ended = await this.time.run(() => this.#failure !== undefined || isOver(), calm);
      await turn(); // Node tells of a rejection that nobody handles by then.
      return await this.#result(ended);
    } finally {
      process.off('unhandledRejection', unexpected).off('uncaughtException', unexpected);
      for (const part of this.#parts) part.kill();
      this.#system.kafka.close();
      this.time.uninstall();
    }
  }

  #start(): void {
    const { kafka, store, random } = this.#system;
    const { actions, brokers, orders } = this.#scenario;
    // Documents name the process that wrote them: what requests hold is left out.
    kafka.trace.listen(({ at, kind, text, exchange }) => {
      this.#hash.update(exchange ? `${at} ${exchange.clientId} ${exchange.api}\n` : `${at} ${kind} ${text}\n`);
    });
    const shape = { partitions: 4, replicationFactor: brokers };
    for (const topic of topics) kafka.createTopic(topic, shape);
    systemClock.every(1000, () => store.sync());
    for (const part of this.#parts) part.start();
    const shop = { gateway: this.#gateway, clock: this.time.clock, scenario: this.#scenario, ...this.#told };
    for (let name = 0; name < orders; name++) void shopAs(name, random.branch(), shop);
    for (const [at, action] of actions) kafka.after(at, () => this.#act(action));
  }

  #act(action: Action): void {
    const { kafka, faults } = this.#system;
    this.#said(JSON.stringify(action));
    if (action.kind === 'kill') {
      const part = this.#parts[action.part];
      part?.kill();
      kafka.after(action.back, () => part?.start());
    } else if (action.kind === 'jump') {
      const part = this.#parts[action.part];
      part?.jump(action.by);
      kafka.after(action.lasts, () => part?.jump(-action.by));
    } else if (action.kind === 'outage') {
      faults.outage(action.engine, action.answer);
      kafka.after(action.lasts, () => faults.outage(action.engine, undefined));
    } else if (action.kind === 'forget') this.#forget(action);
    else disturb(kafka, action);
  }

  #forget({ ago, back, runs }: Extract<Action, { kind: 'forget' }>): void {
    const { kafka, faults, store } = this.#system;
    const acting = runs ? [] : [...this.#dispatchers, this.#timers];
    for (const part of acting) part.kill();
    faults.era++;
    store.forget(ago);
    kafka.after(back, () => {
      for (const part of acting) part.start();
    });
  }

  #end(): void {
    const { kafka, faults } = this.#system;
    this.#said('nothing disturbs any more');
    faults.over = true;
    this.#calmSince = systemClock.monotonic();
    kafka.faults.clear();
    for (const id of kafka.brokers.ids) kafka.brokers.start(id);
  }

  /** The audit reads every partition, also one that nobody leads for a while yet. */
  #elect(): void {
    const { kafka } = this.#system;
    for (const topic of topics) for (let at = 0; at < kafka.partitions(topic); at++) kafka.brokers.elect(topic, at);
  }

  async #result(ended: boolean): Promise<Result> {
    const [{ faults, store }, { length: actions }] = [this.#system, this.#scenario.actions];
    this.#elect();
    const evidence = await this.time.during(evidenceOf(this.#system, this.#told.acknowledged));
    const failure =
      this.#failure ?? wrongIn(evidence, { system: this.#system, cancelled: this.#told.cancelled, actions });
    const rest = JSON.stringify([faults.happened, [...evidence.letters.keys()], [...store.orders]]);
    return {
      hash: this.#hash.update(rest).digest('hex').slice(0, 16),
      records: evidence.placed.size,
      disturbances: faults.happened.length + actions,
      failure: failure ?? (ended ? givenUp(evidence, this.#system) : `not over ${calm / 1000} s after the last fault`),
      faults: faults.happened,
      story: this.#story,
    };
  }
}
