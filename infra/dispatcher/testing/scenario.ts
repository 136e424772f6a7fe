/** A dispatcher on a simulated Kafka, in virtual time: the code that production runs, from kafkajs up. */
import { at } from '../../at.ts';
import type { Timer } from '../../clock.ts';
import { SimulatedKafka } from '../../simulation/kafka/simulatedKafka.ts';
import { ScopedTime } from '../../simulation/scopedTime.ts';
import type { Mapping, Plan } from '../config/mapping.ts';
import { topicsOf } from '../deliver/destinations.ts';
import { documentFile } from '../deliver/fileDestination.ts';
import { type Dispatcher, startDispatcher } from '../dispatcher.ts';
import { usualWaits } from '../invoke/functionWorker.ts';
import type { Handler } from '../invoke/runtime.ts';
import type { FunctionCall } from './calls.ts';
import { InProcess } from './inProcess.ts';
import type { DeadLetter, GivenRecord } from './interface.ts';
import { letterFor, lettersIn } from './letters.ts';
import { placed } from './records.ts';
import type { GivenRegistry } from './schemas.ts';
import { withEnvironment } from './withEnvironment.ts';

/** Of a topic, unless they are given: one partition, and a broker's own settings. */
type TopicSettings = Readonly<{ partitions?: number; config?: Readonly<Record<string, string>> }>;

export type ScenarioOptions = Readonly<{
  /** Those mappings and functions that are to be there. */
  plan: Plan;
  handlers: Readonly<Record<string, Handler>>;
  topics: TopicSettings;
  seed: number;
  schemas?: GivenRegistry | undefined;
  /** ms since 1970 */
  now: number;
}>;

/** The offset behind the last record of a partition. */
export type End = Readonly<{ topic: string; partition: number; end: number }>;

/** Long ones: so a window of minutes costs nothing. */
const waits = { fetch: 100_000, shortFetch: 100_000, session: 300_000, givesUp: false };
/** Requests after which nobody wants to read elsewhere than before. */
const idle: ReadonlySet<string> = new Set(['Fetch', 'Heartbeat', 'Metadata']);
/** Virtual ms for what is in flight at an orderly end. */
const drainTime = 20_000;

export class Scenario {
  readonly log: string[] = [];
  readonly kafka: SimulatedKafka;
  readonly time: ScopedTime;
  readonly mappings: readonly Mapping[];
  readonly #options: ScenarioOptions;
  readonly #functions: InProcess;
  readonly #documents: { fileName: string; line: string }[] = [];
  #dispatcher: Promise<Dispatcher> | undefined;
  #answers: Timer | undefined;
  /** Whether something was asked since `#answers` was set. */
  #asked = false;

  constructor(options: ScenarioOptions) {
    const { plan, handlers, topics, seed, now } = options;
    this.#options = options;
    this.mappings = plan.mappings;
    this.#functions = new InProcess(handlers);
    this.time = new ScopedTime(seed, now, () => this.#functions.atWork);
    const settings = { coordinatorLoad: 0, traced: false };
    this.kafka = new SimulatedKafka({ seed, latency: { least: 0, most: 0 }, settings });
    this.kafka.trace.onArrival(({ api }) => {
      if (!idle.has(api)) this.#answerFetches();
    });
    for (const name of topicsOf(plan.mappings)) this.kafka.createTopic(name, { partitions: 1, ...topics });
  }

  get calls(): readonly FunctionCall[] {
    return this.#functions.calls;
  }

  get letters(): DeadLetter[] {
    const told = new Map<string, Mapping>();
    for (const mapping of this.mappings)
      if (mapping.onFailure?.kind === 'kafka') told.set(mapping.onFailure.topic, mapping);
    const stored = [...told].flatMap(([topic, { onFailureFormat }]) => lettersIn(this.kafka, topic, onFailureFormat));
    const kept = this.#documents.map(({ fileName, line }) => {
      const of = this.mappings.find(({ id }) => fileName === documentFile(id));
      return letterFor(this.kafka, of?.onFailure, line);
    });
    return [...stored, ...kept];
  }

  /** Up to where all that read a partition have committed it; undefined where one of them has not. */
  committed(topic: string, partition: number): number | undefined {
    const readers = this.mappings.filter((one) => one.enabled && one.topic === topic);
    const offsets = readers.map(
      (one) => this.kafka.groups.committed(one.consumerGroupId, topic).get(partition)?.offset,
    );
    return offsets.reduce((least, one) =>
      least === undefined || one === undefined ? undefined : Math.min(least, one),
    );
  }

  /** Puts records at the ends of their partitions. @returns where those end by now @throws Mistake, and then none is there */
  append(records: readonly GivenRecord[]): End[] {
    const { kafka } = this;
    const { schemas } = this.#options;
    const [first] = this.mappings;
    const partitions = (topic: string) => (kafka.topics.includes(topic) ? kafka.partitions(topic) : undefined);
    const topics = { main: first?.topic ?? '', partitions };
    const all = records.map((record, at) => placed(record, at, topics, schemas));
    return [...Map.groupBy(all, ({ topic, partition }) => `${topic}-${partition}`).values()].map((list) => {
      const { topic, partition } = at(list, 0);
      const begin = kafka.records.append(
        topic,
        partition,
        list.map(({ record }) => record),
      );
      return { topic, partition, end: begin + list.length };
    });
  }

  /** Whether all that read a partition are done up to there. */
  isDone({ topic, partition, end }: End): boolean {
    const isRead = this.mappings.some((one) => one.enabled && one.topic === topic);
    return !isRead || (this.committed(topic, partition) ?? 0) >= end;
  }

  /** As soon as production does at the latest: kafkajs reads nowhere else before, and does not leave its group. */
  #answerFetches(): void {
    this.#asked = true;
    if (this.#answers) return;
    this.#asked = false;
    this.#answers = this.time.clock.after(usualWaits.fetch, () => {
      this.#answers = undefined;
      this.kafka.answerFetches();
      if (this.#asked) this.#answerFetches();
    });
  }

  /** Does the work in virtual time, with what the functions find in `process.env`. */
  async in<T>(work: () => Promise<T>): Promise<T> {
    return withEnvironment(this.#options.plan.functions, () => this.time.enter(work));
  }

  /** Starts the dispatcher where it does not run. Takes time, as its end does. */
  async start(): Promise<void> {
    const { plan, schemas } = this.#options;
    const say = (line: string) => void this.log.push(line);
    this.#dispatcher ??= startDispatcher({
      brokers: this.kafka.addresses,
      clientId: plan.clientId,
      functions: plan.functions,
      mappings: plan.mappings,
      log: { info: say, warn: say, error: say },
      machine: {
        clock: this.time.clock,
        startWorker: this.#functions.startWorkerIn(this.time),
        socketFactory: this.kafka.socketFactory,
        waits,
        ...(schemas && { schemas }),
        keepLine: async (fileName, line) => void this.#documents.push({ fileName, line }),
      },
    });
    await this.#dispatcher;
  }

  /** Ends the dispatcher in good order. What is sent after that waits. */
  async stop(): Promise<void> {
    const running = await this.#dispatcher;
    this.#dispatcher = undefined;
    const answers = this.time.clock.every(usualWaits.fetch, () => this.kafka.answerFetches());
    await running?.drain(drainTime);
    answers.cancel();
  }
}
