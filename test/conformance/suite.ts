/** Runs the rules: those that can share a process in one, the others each in their own. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Admin, type Kafka, Partitioners, type Producer } from 'kafkajs';
import type { KafkaCluster } from '../../infra/engines/kafkaCluster.fixture.ts';
import { connectKafka, type KafkaAccess } from '../../infra/kafkajs/kafkaClient.ts';
import { createServedTopics } from '../../infra/kafkajs/kafkajs.ts';
import { type Implementation, type Running, writeService } from '../../scripts/bench/dispatcher/implementations.ts';
import { type Handler, moduleSource } from './functionModule.ts';
import { type Registry, registryWith } from './registry.ts';
import type { Process, Rule } from './rule.ts';
import { registeredSchemas } from './rules/schemas.ts';
import { Scene } from './scene.ts';
import { type Staged, serviceOf } from './service.ts';
import { topicsOf } from './topics.ts';

export type Verdict = { rule: Rule; passed: boolean; reason: string; seconds: number };

/** How many rules are looked at at the same time, where they share a process. */
const atOnce = 12;
const nothing: Handler = () => undefined;

export class Suite {
  readonly #implementation: Implementation;
  readonly #place: KafkaAccess;
  readonly #kafka: Kafka;
  readonly #admin: Admin;
  readonly #producer: Producer;
  readonly #folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  readonly #topics: string[] = [];
  readonly #say: (verdict: Verdict) => void;
  readonly #cluster: KafkaCluster | undefined;
  #registry: Registry = { url: '', end: () => undefined };

  /** @param cluster the brokers, where rules are to kill some */
  constructor(
    implementation: Implementation,
    place: KafkaAccess,
    say: (verdict: Verdict) => void,
    cluster?: KafkaCluster,
  ) {
    this.#cluster = cluster;
    this.#implementation = implementation;
    this.#place = place;
    this.#say = say;
    this.#kafka = connectKafka(place, 'conformance', 'waits');
    this.#admin = this.#kafka.admin();
    this.#producer = this.#kafka.producer({ createPartitioner: Partitioners.DefaultPartitioner });
  }

  async run(chosen: readonly Rule[]): Promise<Verdict[]> {
    await Promise.all([this.#admin.connect(), this.#producer.connect()]);
    this.#registry = await registryWith(registeredSchemas);
    try {
      const stamp = Date.now().toString(36);
      const topics = chosen.map((_, index) => `conformance.${stamp}.${index}`);
      await this.#createTopics(chosen, topics);
      const staged: Staged[] = [];
      for (const [index, rule] of chosen.entries())
        staged.push(await this.#stage(rule, `rule${index}`, topics[index] ?? ''));
      const shared = await this.#runShared(staged.filter(({ rule }) => !rule.isolated));
      const isolated: Verdict[] = [];
      for (const one of staged.filter(({ rule }) => rule.isolated)) isolated.push(await this.#runIsolated(one));
      const verdicts = new Map([...shared, ...isolated].map((verdict) => [verdict.rule, verdict]));
      return chosen.map((rule) => verdicts.get(rule) as Verdict);
    } finally {
      this.#registry.end();
      await this.#admin.deleteTopics({ topics: this.#topics }).catch(() => undefined);
      await Promise.all([this.#admin.disconnect(), this.#producer.disconnect()]);
      rmSync(this.#folder, { recursive: true, force: true });
    }
  }

  /** All at once: one by one, in parallel, the broker's answers come in the wrong order for kafkajs. */
  async #createTopics(chosen: readonly Rule[], names: readonly string[]): Promise<void> {
    const topics = chosen.flatMap((rule, index) => topicsOf(rule, names[index] ?? ''));
    this.#topics.push(...topics.map(({ topic }) => topic));
    await createServedTopics(this.#admin, topics);
  }

  /** Makes the function of a rule. */
  async #stage(rule: Rule, name: string, topic: string): Promise<Staged> {
    const folder = join(this.#folder, rule.isolated ? name : 'shared', 'scenes', name);
    const scene = new Scene({
      topic,
      group: topic,
      folder,
      kafka: this.#kafka,
      admin: this.#admin,
      producer: this.#producer,
      patience: this.#implementation.patience,
    });
    writeFileSync(join(folder, 'function.js'), moduleSource(folder, rule.handler ?? nothing));
    if (rule.definition?.bystander)
      writeFileSync(
        join(folder, 'bystander.js'),
        moduleSource(folder, (_, { texts, note }) => texts.forEach(note)).replace('calls.jsonl', 'bystander.jsonl'),
      );
    await rule.before?.(scene);
    return { rule, scene, name };
  }

  #write(folder: string, staged: readonly Staged[]): void {
    const { kafkaBrokers, access } = this.#place;
    const service = serviceOf(staged, [...kafkaBrokers], this.#registry.url);
    writeService(folder, service, this.#implementation, access.kafka);
  }

  async #runShared(staged: readonly Staged[]): Promise<Verdict[]> {
    if (staged.length === 0) return [];
    const folder = join(this.#folder, 'shared');
    this.#write(folder, staged);
    const verdicts: Verdict[] = [];
    let running: Running;
    try {
      running = await this.#implementation.start(folder);
    } catch (error) {
      return staged.map(({ rule }) => this.#verdict(rule, error, 0));
    }
    const process: Process = { running: () => running, start: shared, another: shared };
    const waiting = [...staged];
    const work = async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) verdicts.push(await this.#judge(next, process));
    };
    await Promise.all(Array.from({ length: atOnce }, work));
    await running.stop();
    return verdicts;
  }

  async #runIsolated(staged: Staged): Promise<Verdict> {
    const folder = join(this.#folder, staged.name);
    this.#write(folder, [staged]);
    const all: Running[] = [];
    try {
      const start = async () => {
        const one = await this.#implementation.start(folder);
        all.push(one);
        return one;
      };
      if (staged.rule.refused) {
        await assert.rejects(start, staged.rule.refused);
        return this.#verdict(staged.rule, undefined, 0);
      }
      let running = await start();
      return await this.#judge(staged, {
        cluster: this.#cluster,
        running: () => running,
        start: async () => {
          running = await start();
        },
        another: start,
      });
    } catch (error) {
      return this.#verdict(staged.rule, error, 0);
    } finally {
      await Promise.all(all.map((one) => one.kill()));
    }
  }

  async #judge({ rule, scene }: Staged, process: Process): Promise<Verdict> {
    const started = performance.now();
    try {
      await rule.check?.(scene, process);
      return this.#verdict(rule, undefined, performance.now() - started);
    } catch (error) {
      return this.#verdict(rule, error, performance.now() - started);
    }
  }

  #verdict(rule: Rule, error: unknown, milliseconds: number): Verdict {
    const reason = error === undefined ? '' : error instanceof Error ? error.message : String(error);
    const verdict = { rule, passed: error === undefined, reason, seconds: milliseconds / 1000 };
    this.#say(verdict);
    return verdict;
  }
}

const shared = (): never => {
  throw new Error('a rule that starts processes must be isolated');
};
