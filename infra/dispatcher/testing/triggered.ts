import type { FunctionCall } from './calls.ts';
import type { Bound, DeadLetter, GivenRecord, Trigger } from './interface.ts';
import type { End, Scenario } from './scenario.ts';

/** Virtual seconds after which what is not done never will be: a failing batch is tried again every 10 s at last. */
const patience = 3600;

export class Triggered implements Trigger {
  readonly #scenario: Scenario;
  #busy = false;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
  }

  get calls(): readonly FunctionCall[] {
    return this.#scenario.calls;
  }

  get deadLetters(): readonly DeadLetter[] {
    return this.#scenario.letters;
  }

  get committed(): Readonly<Record<string, number>> {
    const topics = new Set(this.#scenario.mappings.map(({ topic }) => topic));
    const all = [...topics].flatMap((topic) =>
      Array.from({ length: this.#scenario.kafka.partitions(topic) }, (_, id) => {
        const offset = this.#scenario.committed(topic, id);
        return offset === undefined ? [] : [[`${topic}-${id}`, offset] as const];
      }).flat(),
    );
    return Object.fromEntries(all);
  }

  get log(): readonly string[] {
    return this.#scenario.log;
  }

  get now(): number {
    return this.#scenario.time.now;
  }

  async deliver(records: readonly GivenRecord[], { within = patience }: Bound = {}): Promise<readonly FunctionCall[]> {
    return this.#during(async () => {
      const scenario = this.#scenario;
      await scenario.time.during(scenario.start());
      const before = this.calls.length;
      const ends = scenario.append(records);
      const isDone = () => ends.every((end) => scenario.isDone(end));
      if (await scenario.time.run(isDone, within * 1000)) return this.calls.slice(before);
      const open = ends.filter((end) => !scenario.isDone(end)).map((end) => this.#describe(end));
      throw new Error(`not done within ${within} s: ${open.join(', ')}; ${this.#summary()}`);
    });
  }

  send(records: readonly GivenRecord[]): void {
    this.#scenario.append(records);
  }

  async until(isSo: () => boolean, { within = patience }: Bound = {}): Promise<void> {
    await this.#during(async () => {
      await this.#scenario.time.during(this.#scenario.start());
      if (await this.#scenario.time.run(isSo, within * 1000)) return;
      throw new Error(`not so within ${within} s: ${isSo}; ${this.#summary()}`);
    });
  }

  async pass(seconds: number): Promise<void> {
    await this.#during(async () => {
      await this.#scenario.time.during(this.#scenario.start());
      await this.#scenario.time.pass(seconds * 1000);
    });
  }

  async stop(): Promise<void> {
    await this.#during(() => this.#scenario.time.during(this.#scenario.stop()));
  }

  async #during<T>(work: () => Promise<T>): Promise<T> {
    if (this.#busy) throw new Error('time goes on already: await the deliver, until, pass or stop before this one');
    this.#busy = true;
    return this.#scenario.in(work).finally(() => {
      this.#busy = false;
    });
  }

  #describe({ topic, partition, end }: End): string {
    const committed = this.#scenario.committed(topic, partition) ?? 'nothing';
    return `${topic}-${partition} up to ${end} (committed: ${committed})`;
  }

  #summary(): string {
    const last = this.calls.at(-1);
    const ended = last?.error ? `, the last ended with ${last.error.name}: ${last.error.message}` : '';
    return `there were ${this.calls.length} calls${ended}`;
  }
}
