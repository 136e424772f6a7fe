/** The rules on `serverless-kafka-dispatcher/testing`: without a broker, a thread and time, and with the same code above that. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Partitioners } from 'kafkajs';
import { differences } from '../../infra/dispatcher/config/differences.ts';
import { type Plan, planOf } from '../../infra/dispatcher/config/mapping.ts';
import type { Handler as LambdaHandler } from '../../infra/dispatcher/invoke/runtime.ts';
import { Scenario } from '../../infra/dispatcher/testing/scenario.ts';
import { registryOf } from '../../infra/dispatcher/testing/schemas.ts';
import { Triggered } from '../../infra/dispatcher/testing/triggered.ts';
import { Kafka, logLevel } from '../../infra/kafkajs/kafkajs.ts';
import type { Handler, Tools } from './functionModule.ts';
import type { Process, Rule } from './rule.ts';
import { registeredSchemas } from './rules/schemas.ts';
import { type Call, pause, Scene } from './scene.ts';
import { serviceOf } from './service.ts';

/** Virtual ms that a rule waits for what must happen, and those in which it must be over. */
const [patience, whole] = [120_000, 600_000];
const [name, topic] = ['rule', 'conformance'];
const brokers = ['127.0.0.1:9092'];
const client = { brokers, clientId: 'conformance', logLevel: logLevel.NOTHING };

/** What the functions of a rule do, and what they leave behind. */
class Functions {
  readonly notes: string[] = [];
  readonly open = new Set<string>();
  readonly handlers: Readonly<Record<string, LambdaHandler>>;
  readonly #remaining = new WeakMap<object, number>();
  #ship: Triggered | undefined;

  constructor({ handler = () => undefined }: Rule) {
    const of = this.#handler(handler);
    const bystander = this.#handler((_, { texts, note }) => texts.forEach(note));
    this.handlers = { [name]: of, [`${name}twin`]: of, [`${name}bystander`]: bystander };
  }

  set ship(ship: Triggered) {
    this.#ship = ship;
  }

  get letters(): Triggered['deadLetters'] {
    return this.#ship?.deadLetters ?? [];
  }

  get calls(): Call[] {
    const all = this.#ship?.calls ?? [];
    return all
      .filter(({ functionName }) => !functionName.endsWith('bystander'))
      .map(({ at, event, context, values }) => {
        const remaining = this.#remaining.get(context);
        return {
          at,
          pid: process.pid,
          event,
          context: { ...context, remaining },
          texts: values.map((one) => one ?? ''),
        };
      });
  }

  #handler(of: Handler): LambdaHandler {
    return (event, context) => {
      this.#remaining.set(context, context.getRemainingTimeInMillis());
      const values = this.#ship?.calls.findLast((call) => call.context === context)?.values ?? [];
      return of(event, this.#tools(values.map((one) => one ?? '')), { ...context });
    };
  }

  #tools(texts: string[]): Tools {
    return {
      texts,
      sleep: pause,
      times: (text) => this.calls.flatMap((call) => call.texts).filter((one) => one === text).length,
      gate: async (gate) => {
        while (!this.open.has(gate)) await pause(10);
      },
      note: (text) => void this.notes.push(text),
    };
  }
}

/** What a rule asks of its scene, answered by what a test with `trigger` can look at. */
class SimulatedScene extends Scene {
  readonly #functions: Functions;

  readonly #said: string;

  constructor(of: ConstructorParameters<typeof Scene>[0], functions: Functions, plan: Plan) {
    super(of);
    this.#functions = functions;
    this.#said = differences(plan).join('\n');
  }

  override said(): string {
    return this.#said;
  }

  override calls(): Call[] {
    return this.#functions.calls;
  }

  override notes(): string[] {
    return this.#functions.notes;
  }

  override open(gate: string): void {
    this.#functions.open.add(gate);
  }

  override async letters(): Promise<(string | undefined)[]> {
    return this.#functions.letters.flatMap(({ values }) => values.map((value) => value ?? undefined));
  }

  override documents(): ReturnType<Scene['documents']> {
    return this.#functions.letters.map(({ document }) => document as ReturnType<Scene['documents']>[number]);
  }
}

/** @throws what is not as the rule says */
export async function checkSimulated(rule: Rule): Promise<void> {
  const service = serviceOf([{ rule, scene: { topic, group: topic }, name }], brokers, 'http://127.0.0.1:8081');
  const functions = new Functions(rule);
  const resolve = () => planOf(service, import.meta.dirname, { given: new Set(Object.keys(functions.handlers)) });
  if (rule.refused) return assert.throws(resolve, rule.refused);
  const plan = resolve();
  const topics = { partitions: rule.partitions ?? 1, config: rule.topicSettings ?? {} };
  const schemas = await registryOf(registeredSchemas);
  const scenario = new Scenario({ plan, handlers: functions.handlers, topics, seed: 1, now: Date.now(), schemas });
  functions.ship = new Triggered(scenario);
  const folder = mkdtempSync(join(tmpdir(), 'rule-'));
  const { addresses, socketFactory } = scenario.kafka;
  const kafka = new Kafka({ ...client, brokers: addresses, socketFactory });
  const [admin, producer] = [kafka.admin(), kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner })];
  const scene = new SimulatedScene({ topic, group: topic, folder, kafka, admin, producer, patience }, functions, plan);
  const check = async () => {
    await Promise.all([admin.connect(), producer.connect()]);
    // What kafkajs is asked of a topic it knows once it has heard of that.
    await admin.fetchTopicOffsets(topic);
    await rule.before?.(scene);
    await scenario.start();
    await rule.check?.(scene, processOf(scenario));
  };
  await scenario.in(() => scenario.time.during(check(), whole)).finally(() => rmSync(folder, { recursive: true }));
}

/** That a test runs in can be stopped and started, and nothing else. */
function processOf(scenario: Scenario): Process {
  const stop = async () => {
    const since = scenario.time.now;
    await scenario.stop();
    return scenario.time.now - since;
  };
  const cannot = () => Promise.reject(new Error('there is one process in a test'));
  return { running: () => ({ pid: process.pid, stop, kill: cannot }), start: () => scenario.start(), another: cannot };
}
