/** Dispatchers on a simulated Kafka whose function is a function of the test: for one situation at a time. */
import { setImmediate as turn } from 'node:timers/promises';
import { planOf } from '../../../infra/dispatcher/config/mapping.ts';
import { type Dispatcher, startDispatcher } from '../../../infra/dispatcher/dispatcher.ts';
import type { Machine } from '../../../infra/dispatcher/invoke/functionWorker.ts';
import type { Call, Outcome } from '../../../infra/dispatcher/invoke/invocation.ts';
import type { EventRecord } from '../../../infra/dispatcher/invoke/kafkaEvent.ts';
import { unpack } from '../../../infra/dispatcher/invoke/packing.ts';
import type { Effect } from '../../../infra/simulation/kafka/faults.ts';
import { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import { Random } from '../../../infra/simulation/random.ts';
import { VirtualTime } from '../../../infra/simulation/time.ts';
import { type Process, processOf } from './machine.ts';

export type Delivered = Readonly<{ value: string | undefined; record: EventRecord; attempt: number; at: number }>;

/** @returns after how many ms the call ends, and how */
export type Work = (records: readonly Delivered[]) => Readonly<{ takes?: number; outcome?: Outcome }> | undefined;

type Options = Readonly<{
  seed?: number;
  brokers?: number;
  partitions?: number;
  event?: object;
  definition?: object;
  extra?: object;
  settings?: object;
  work?: Work;
}>;

export const failing: Outcome = { kind: 'fault', fault: { name: 'Error', message: 'not today' } };

export class Stage {
  readonly time: VirtualTime;
  readonly kafka: SimulatedKafka;
  readonly delivered: Delivered[] = [];
  readonly said: string[] = [];
  readonly #options: Options;
  readonly #processes: { process: Process; dispatcher?: Dispatcher }[] = [];

  constructor(options: Options) {
    const { seed = 1, brokers = 1, partitions = 1, settings = {} } = options;
    this.#options = options;
    this.time = new VirtualTime(seed);
    this.kafka = new SimulatedKafka({ seed, brokers, settings });
    this.kafka.createTopic('t', { partitions });
  }

  /** Plays on it, and clears it away, whatever happens. */
  static async with(options: Options, play: (stage: Stage) => Promise<void>): Promise<void> {
    const stage = new Stage(options);
    try {
      await play(stage);
    } finally {
      for (const { process } of stage.#processes) process.kill();
      stage.kafka.close();
      stage.time.uninstall();
      await turn();
    }
  }

  get values(): (string | undefined)[] {
    return this.delivered.map(({ value }) => value);
  }

  /** Writes records of these values to a partition. */
  append(values: readonly string[], partition = 0): void {
    this.kafka.records.append(
      't',
      partition,
      values.map((value) => ({ value })),
    );
  }

  /** What befalls the first question where the log ends: the dispatcher asks so for where to read, and kafkajs never. */
  delayPositions(effect: Effect): void {
    this.kafka.faults.inject({
      api: 'ListOffsets',
      effect,
      when: (request) => JSON.stringify(request).includes('"timestamp":-1'),
    });
  }

  /** Starts a dispatcher, in a process of its own. @param during what happens while it starts */
  async start(
    during: (starting: Promise<Dispatcher>) => Promise<Dispatcher> = (starting) => this.time.during(starting),
  ) {
    const { event, definition, extra, seed = 1 } = this.#options;
    const kafka = {
      topic: 't',
      bootstrapServers: ['simulated:9092'],
      accessConfigurations: { vpcSubnet: ['subnet-0'] },
      startingPosition: 'TRIM_HORIZON',
      maximumBatchingWindow: 0,
      ...event,
    };
    const service = {
      service: 'staged',
      // The module is there; nothing of it is called.
      functions: { f: { handler: 'stage.Stage', events: [{ kafka }], ...definition } },
      custom: { dispatcher: { brokers: 'simulated:9092', functions: { f: extra ?? {} } } },
    };
    const process = processOf(new Random(seed + this.#processes.length), this.kafka.socketFactory);
    const on: { process: Process; dispatcher?: Dispatcher } = { process };
    this.#processes.push(on);
    const say = (line: string) => void this.said.push(line);
    const { clock, socketFactory } = process;
    const dispatcher = await during(
      startDispatcher({
        ...planOf(service, import.meta.dirname),
        brokers: this.kafka.addresses,
        log: { info: say, warn: say, error: say },
        machine: { clock, socketFactory, startWorker: this.#workers(process) },
      }),
    );
    on.dispatcher = dispatcher;
    return dispatcher;
  }

  /** Ends the newest dispatcher as a kill -9 does. */
  kill(): void {
    this.#processes.at(-1)?.process.kill();
  }

  /** @param within ms of virtual time @throws when it does not come true */
  async until(what: string, holds: () => boolean, within = 60_000): Promise<void> {
    if (await this.time.run(holds, within)) return;
    throw new Error(
      `not within ${within / 1000} s: ${what}; delivered ${this.values.slice(-20)}; ${this.said.slice(-8).join('\n')}`,
    );
  }

  /** What the group has committed of a partition. */
  committed(partition = 0): number {
    return this.kafka.groups.committed('staged-f-t', 't').get(partition)?.offset ?? -1;
  }

  readonly #workers =
    (process: Process): Machine['startWorker'] =>
    (_name, _functions, events) => {
      process.clock.after(1, () => events.message({ kind: 'ready' }));
      return {
        post: (calls) => {
          for (const call of calls)
            this.#call(process, call, (reply) => events.message({ kind: 'replies', replies: [reply] }));
        },
        terminate: async () => events.exit(0),
      };
    };

  #call(process: Process, call: Call, reply: (reply: { id: number; outcome: Outcome }) => void): void {
    const { records } = unpack(call.buffer, call.count, call.source);
    const at = this.time.elapsed;
    const given = Object.values(records)
      .flat()
      .map((record): Delivered => {
        const value = record.value === undefined ? undefined : Buffer.from(record.value, 'base64').toString();
        return { value, record, attempt: call.custom.attempt, at };
      });
    this.delivered.push(...given);
    const { takes = 1, outcome = { kind: 'answer', json: undefined } } = this.#options.work?.(given) ?? {};
    process.clock.after(takes, () => reply({ id: call.id, outcome }));
  }
}
