/** One run of a scenario: a cluster, dispatchers, functions, and what befalls them, in virtual time. */
import { setImmediate as turn } from 'node:timers/promises';
import { usuallyHeld } from '../../../infra/dispatcher/read/fetchControl.ts';
import { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { VirtualTime } from '../../../infra/simulation/time.ts';
import { type Deed, lossyKinds } from '../disturbances/disturbance.ts';
import { disturb } from '../disturbances/unleash.ts';
import { workersOf } from './functionWorkers.ts';
import { Instance } from './instance.ts';
import type { Entry, Ledger } from './ledger.ts';
import { ledgersOf } from './ledgers.ts';
import { Memory } from './memory.ts';
import { type Action, endOf, lastsOf, type Scenario } from './scenario.ts';
import { planFor, topic } from './service.ts';
import { Standstill } from './standstill.ts';
import { Writer } from './writer.ts';

/** ms of virtual time after the last disturbance in which all must be done. */
const patience = 300_000;
/** ms in which kafkajs' own last timers end after it has disconnected. */
const lingering = 1500;
/** Lines of the log that are kept for the story. */
const kept = 400;

export type Result = Readonly<{
  /** Of all that happened. */
  hash: string;
  records: number;
  disturbances: number;
  /** What did not hold, first of all; undefined where everything did. */
  failure: string | undefined;
  story: readonly string[];
}>;

export class World {
  readonly time: VirtualTime;
  readonly kafka: SimulatedKafka;
  readonly random: Random;
  readonly scenario: Scenario;
  readonly ledgers: ReadonlyMap<string, Ledger>;
  readonly instances: Instance[];
  readonly writer: Writer;
  readonly #memory: Memory;
  readonly #standstill: Standstill;
  readonly #story: string[] = [];
  #failure: string | undefined;
  #disturbances = 0;
  #calm = false;

  constructor(scenario: Scenario) {
    this.scenario = scenario;
    this.time = new VirtualTime(scenario.seed);
    this.random = new Random(scenario.seed + 1);
    this.kafka = new SimulatedKafka({
      seed: scenario.seed,
      brokers: scenario.brokers,
      settings: { autoCreateTopics: true },
    });
    this.ledgers = ledgersOf(this.kafka, scenario, this.violated);
    this.#memory = new Memory(scenario.held ?? usuallyHeld, this.violated);
    this.writer = new Writer(this);
    const { kafka, ledgers, violated } = this;
    this.#standstill = new Standstill({ kafka, ledgers, violated, now: () => this.time.elapsed });
    this.#watch();
    this.instances = Array.from({ length: scenario.instances }, (_, index) => this.#instance(`dispatcher-${index}`));
  }

  readonly violated = (text: string): void => {
    this.#failure ??= text;
    this.said(`VIOLATED: ${text}`);
  };

  readonly said = (line: string, level = 'info'): void => {
    if (level !== 'info') this.#standstill.excused(this.time.elapsed);
    this.#story.push(`${(this.time.elapsed / 1000).toFixed(3)} s  ${line}`);
    if (this.#story.length > kept) this.#story.shift();
  };

  #instance(name: string): Instance {
    const ledger = (functionName: string) => this.ledgers.get(functionName) as Ledger;
    const mishap = () => (this.#calm ? 0 : this.scenario.mishap);
    const { takes, setting } = this.scenario;
    const functions = { ledger, mishap, takes, partial: setting.partial, bisect: setting.bisect };
    const random = this.random.branch();
    return new Instance({
      name,
      random,
      kafka: this.kafka,
      plan: planFor(this.scenario),
      held: this.scenario.held,
      workersOf: (running) => workersOf({ ...running, ...functions, random: random.branch(), violated: this.violated }),
      violated: this.violated,
      said: this.said,
    });
  }

  #watch(): void {
    this.kafka.trace.listen(({ exchange, kind, text }) => {
      if (kind === 'disturbance') this.said(text);
      if (exchange?.api === 'Produce') this.writer.readDestination();
      if (exchange?.api === 'Fetch') this.#memory.check();
    });
  }

  async run(): Promise<Result> {
    const unexpected = (error: unknown) =>
      this.violated(`the process would have ended: ${(error as Error)?.stack ?? error}`);
    process.on('unhandledRejection', unexpected).on('uncaughtException', unexpected);
    try {
      this.#prepare();
      const end = endOf(this.scenario);
      await this.time.run(() => this.#failure !== undefined || this.time.elapsed > end, patience);
      if (!this.#failure) await this.#end();
      await turn(); // Node tells of a rejection that nobody handles by then.
    } catch (error) {
      unexpected(error);
    } finally {
      process.off('unhandledRejection', unexpected).off('uncaughtException', unexpected);
      this.#memory.end();
      this.kafka.close();
      this.time.uninstall();
    }
    const [records, disturbances] = [this.writer.written, this.#disturbances];
    return { hash: this.kafka.trace.hash(), records, disturbances, failure: this.#failure, story: this.#story };
  }

  #prepare(): void {
    const { brokers, partitions, actions } = this.scenario;
    const replicationFactor = Math.min(3, brokers);
    this.kafka.createTopic(topic, { partitions, replicationFactor });
    this.kafka.createTopic(`${topic}.dead`, { partitions: 2, replicationFactor });
    for (const instance of this.instances) setTimeout(() => instance.start(), this.random.between(0, 500));
    for (const [at, action] of actions) setTimeout(() => this.#act(action), at);
  }

  #act(action: Action): void {
    if (action.kind === 'append') {
      this.writer.append(action);
      return;
    }
    this.#disturbances++;
    this.#standstill.excused(this.time.elapsed + lastsOf(action));
    this.said(JSON.stringify(action));
    if ('instance' in action) void this.instances[action.instance]?.endFor(action);
    else this.#disturb(action);
  }

  #disturb(action: Deed): void {
    const renewed = action.kind === 'recreate' && this.kafka.topics.includes(topic);
    const made = () => this.violated('a reader has made the topic that was deleted');
    if (renewed) this.kafka.after(action.after, () => this.kafka.topics.includes(topic) && made());
    disturb(this.kafka, action);
    if (renewed) this.writer.renewed();
    else if (lossyKinds.includes(action.kind)) this.writer.lookAgain();
  }

  /** When nothing disturbs any more, all must become done, and every instance must end. */
  async #end(): Promise<void> {
    this.#calm = true;
    this.#standstill.excused(this.time.elapsed);
    this.said('nothing disturbs any more');
    this.kafka.faults.clear();
    for (const id of this.kafka.brokers.ids) this.kafka.brokers.start(id);
    for (const instance of this.instances) instance.start();
    await this.#until('done', (ledger) => ledger.unfinished());
    await this.#until('committed', (ledger) => ledger.uncommitted());
    if (this.#failure) return;
    for (const append of this.scenario.last) this.writer.append(append);
    if (this.scenario.last.length > 0) await this.time.pass(this.random.between(0, 1000));
    await this.time.during(Promise.all(this.instances.map((instance) => instance.end())), patience);
    await this.time.pass(lingering);
    this.#leftOver();
  }

  async #until(what: string, lacking: (ledger: Ledger) => readonly Entry[]): Promise<void> {
    const left = () => [...this.ledgers.values()].flatMap(lacking);
    await this.time.run(() => this.#failure !== undefined || left().length === 0, patience);
    const [first] = left();
    if (!first || this.#failure) return;
    const { id, partition, offset, deliveries, faults } = first;
    const where = `record ${id} (${partition}@${offset}, ${deliveries} deliveries, ${faults} failures)`;
    this.violated(
      `${left().length} records are not ${what} after ${patience / 1000} s without faults: ${where} is the first`,
    );
  }

  #leftOver(): void {
    if (this.instances.some(({ kills }) => kills > 0)) return;
    if (this.kafka.connections > 0)
      this.violated(`${this.kafka.connections} connections are open after all have ended`);
    this.kafka.close();
    if (this.time.timers > 0) this.violated(`${this.time.timers} timers run after all have ended`);
  }
}
