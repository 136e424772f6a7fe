/** A namespace of its own on the real engines, in which a test starts, kills and audits systems. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Admin, Consumer, KafkaMessage } from 'kafkajs';
import { documentsTopic } from '../../functions/metrics/topics.ts';
import { type Command, commandNames, isFinal } from '../../functions/orders/lifecycle.ts';
import { eventSchema } from '../../functions/orders/records.ts';
import { commandTopic, eventsTopic } from '../../functions/orders/topics.ts';
import { readSettings, type Settings, settingNames } from '../../functions/settings.ts';
import { accessVariables } from '../../infra/access/ownEngines.ts';
import { freePort } from '../../infra/engines/freePort.ts';
import { connectKafka } from '../../infra/kafkajs/kafkaClient.ts';
import type { Kafka } from '../../infra/kafkajs/kafkajs.ts';
import { removeNamespace } from '../../infra/system/namespace.ts';
import { audit } from '../../scripts/audit/audit.ts';
import type { Verdict } from '../../scripts/audit/judge.ts';
import { Customer } from './customer.ts';
import type { Orders } from './main.ts';
import { builtService, type Handlers, root } from './service.ts';
import { type System, systemOf } from './systemProcess.ts';

const main = join(import.meta.dirname, 'main.ts');

/** The functions that read from Kafka; their groups have their names. */
const readers = [...commandNames, 'notify', 'index'] as const;
type Reader = (typeof readers)[number];

type Progress = Readonly<{ done: number; told: number }>;

export type Environment = Readonly<Record<string, string>>;

export type Start = Readonly<{
  handlers?: Handlers;
  environment?: Environment;
  /** Further flags of Node. */
  execArgv?: readonly string[];
  /** Aborted, it ends by SIGKILL, also before it is up. */
  end?: AbortSignal;
}>;

/** The engines that this test run uses, and nothing else of the outer environment's settings. */
const outer = Object.fromEntries(
  Object.entries(process.env).filter(
    ([name]) =>
      ([...settingNames, ...accessVariables].includes(name) || name.endsWith('_PORT')) && !name.startsWith('DESPACHO_'),
  ),
) as Environment;

/** @param settings other than the defaults, as environment variables */
export async function openTrial(settings: Environment = {}) {
  const namespace = `test-${randomBytes(4).toString('hex')}.`;
  const address = `127.0.0.1:${await freePort()}`;
  const environment = { ...outer, DESPACHO_NAMESPACE: namespace, DESPACHO_GRPC_ADDRESS: address, ...settings };
  return new Trial(environment);
}

export class Trial {
  readonly environment: Environment;
  readonly settings: Settings;
  /** The load run that this trial's orders belong to. */
  readonly run: string;
  readonly customer: Customer;
  readonly kafka: Kafka;
  readonly #systems = new Set<System>();
  readonly #consumers = new Set<Consumer>();

  constructor(environment: Environment) {
    this.environment = environment;
    this.settings = readSettings(environment);
    this.run = this.settings.namespace.slice(0, -1);
    this.customer = new Customer(this.settings.grpcAddress, this.run);
    this.kafka = connectKafka(this.settings, 'despacho-test', 'waits');
  }

  /** @returns when the system is up */
  async start({ handlers, environment, execArgv = [], end }: Start = {}): Promise<System> {
    const { service, directory } = await builtService(this.settings.namespace, handlers);
    end?.throwIfAborted();
    const env = { ...process.env, ...this.environment, ...environment };
    const child = fork(main, { cwd: root, env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'], execArgv: [...execArgv] });
    const system = systemOf(child);
    this.#systems.add(system);
    end?.addEventListener('abort', () => child.kill('SIGKILL'));
    child.send({ service, directory } satisfies Orders);
    const up = await Promise.race([once(child, 'message').then(() => true), system.ended.then(() => false)]);
    if (!up) throw new Error(`the system ended before it was up:\n${system.output()}`);
    return system;
  }

  audit = () => audit(this.settings, { run: this.run });

  /** Audits when what may come later than the transitions is there, too; never with an offence. */
  async auditWhen(complete: (verdict: Verdict) => boolean): Promise<Verdict> {
    for (;;) {
      await this.#allDone();
      const verdict = await this.audit();
      assert.deepEqual(verdict.offences, []);
      if (complete(verdict)) return verdict;
    }
  }

  /** Resolves when every function has done what its topic holds. The broker tells it for far less than an audit. */
  async #allDone(): Promise<void> {
    while ((await this.waiting()) > 0) await delay(200);
  }

  /** How many records the functions have not done yet. */
  waiting(): Promise<number> {
    return this.withAdmin(async (admin) => {
      const all = await Promise.all(readers.map((name) => this.#progressOf(name, admin)));
      return all.reduce((sum, { done, told }) => sum + told - done, 0);
    });
  }

  /** How many records a function has done, of those that its topic was told since the namespace began. */
  progressOf(name: Reader): Promise<Progress> {
    return this.withAdmin((admin) => this.#progressOf(name, admin));
  }

  async #progressOf(name: Reader, admin: Admin): Promise<Progress> {
    const topic = this.#topicOf(name);
    const ends = await admin.fetchTopicOffsets(topic);
    const [group] = await admin.fetchOffsets({ groupId: this.settings.namespace + name, topics: [topic] });
    const done = group?.partitions.reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0) ?? 0;
    return { done, told: ends.reduce((sum, { high }) => sum + Number(high), 0) };
  }

  #topicOf(name: Reader): string {
    const others = { notify: eventsTopic, index: documentsTopic };
    return (
      this.settings.namespace + (name in others ? others[name as keyof typeof others] : commandTopic(name as Command))
    );
  }

  /** Resolves when so many orders have come to their end, since the namespace began. */
  async finished(count: number): Promise<void> {
    const over = new Set<string>();
    await this.until(eventsTopic, ({ value }) => {
      const event = eventSchema.safeParse(JSON.parse(String(value)));
      if (event.success && isFinal(event.data.to)) over.add(event.data.orderId);
      return over.size >= count;
    });
  }

  /** Reads a topic from its beginning until a record, which may be still to come, is found. */
  async until(topic: string, found: (message: KafkaMessage) => boolean): Promise<void> {
    const groupId = `${this.settings.namespace}test-${randomBytes(4).toString('hex')}`;
    const consumer = this.kafka.consumer({ groupId, maxWaitTimeInMs: 100 });
    this.#consumers.add(consumer);
    const { promise, resolve } = Promise.withResolvers<void>();
    await consumer.connect();
    await consumer.subscribe({ topic: this.settings.namespace + topic, fromBeginning: true });
    await consumer.run({
      autoCommit: false,
      eachMessage: async ({ message }) => {
        if (found(message)) resolve();
      },
    });
    await promise;
    this.#consumers.delete(consumer);
    await consumer.disconnect();
  }

  /** Topics are named without the namespace. */
  async withAdmin<T>(work: (admin: Admin) => Promise<T>): Promise<T> {
    const admin = this.kafka.admin();
    await admin.connect();
    return work(admin).finally(() => admin.disconnect());
  }

  /** Lets these functions' groups have done all that their topics hold. Their system must be down. */
  async commitAll(names: readonly Reader[]): Promise<void> {
    await this.withAdmin((admin) =>
      Promise.all(
        names.map(async (name) => {
          const topic = this.#topicOf(name);
          const ends = await admin.fetchTopicOffsets(topic);
          const partitions = ends.map(({ partition, high }) => ({ partition, offset: high }));
          await admin.setOffsets({ groupId: this.settings.namespace + name, topic, partitions });
        }),
      ),
    );
  }

  /** Ends what still runs, and leaves the engines as they were. */
  async close(): Promise<void> {
    this.customer.client.close();
    // Of a test that has failed.
    await Promise.all([...this.#consumers].map((consumer) => consumer.disconnect()));
    for (const { process, ended } of this.#systems) {
      if (process.exitCode === null && process.signalCode === null) process.kill('SIGKILL');
      await ended;
    }
    await removeNamespace(this.settings);
  }
}
