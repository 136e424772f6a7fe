import { randomUUID } from 'node:crypto';
import type { Source } from './event.ts';
import { pack } from './event.ts';
import type { Call, Custom, Fault, FunctionSpec, Outcome } from './invocation.ts';
import type { KafkaRecord } from './record.ts';
import { Sandbox } from './sandbox.ts';

export type Request = { source: Source; records: readonly KafkaRecord[]; custom: Custom; answer: boolean };

/** How functions are called: in worker threads here, or somewhere else. */
export interface Invoker {
  /** Resolves when the provisioned workers have loaded their functions: none of their calls is a slow first one. */
  warm(): Promise<void>;
  /** Never rejects: what goes wrong is an outcome. */
  invoke(functionName: string, request: Request): Promise<Outcome>;
  close(): Promise<void>;
}

export type ColdStart = (functionName: string, milliseconds: number) => void;

/** A second worker of a function that has had nothing to do for this long is let go. */
const idleLimit = 30_000;

/** The workers of one function: warm, at most `limit`, started when the work asks for them. */
class Crew {
  readonly #name: string;
  readonly #spec: FunctionSpec;
  readonly #limit: number;
  readonly #capacity: number;
  readonly #onColdStart: ColdStart;
  readonly #sandboxes = new Set<Sandbox>();
  readonly #waiting: (() => void)[] = [];
  readonly #timer: NodeJS.Timeout;
  #busiest = 0;
  #closed = false;

  constructor(name: string, spec: FunctionSpec, limit: number, onColdStart: ColdStart) {
    this.#name = name;
    this.#spec = spec;
    this.#limit = limit;
    this.#capacity = spec.concurrencyPerWorker ?? 1;
    this.#onColdStart = onColdStart;
    this.#timer = setInterval(() => this.#retire(), idleLimit).unref();
    while (this.#sandboxes.size < Math.min(limit, spec.provisionedConcurrency ?? 0)) this.#hire();
  }

  async run(call: Call): Promise<Outcome> {
    let sandbox = this.#free();
    while (!sandbox && !this.#closed) {
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
      sandbox = this.#free();
    }
    if (!sandbox) return { kind: 'fault', fault: stopped(this.#name) };
    const outcome = await sandbox.run(call);
    this.#waiting.shift()?.();
    return outcome;
  }

  async warm(): Promise<void> {
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.loaded()));
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.close()));
  }

  /** The busiest worker that still takes a call, so that the others may be let go; else a new one. */
  #free(): Sandbox | undefined {
    if (this.#closed) return undefined;
    let found: Sandbox | undefined;
    let working = 1;
    for (const sandbox of this.#sandboxes) {
      if (sandbox.busy > 0) working++;
      if (sandbox.busy >= this.#capacity) continue;
      if (!found || sandbox.busy > found.busy) found = sandbox;
    }
    this.#busiest = Math.max(this.#busiest, working);
    if (found || this.#sandboxes.size >= this.#limit) return found;
    return this.#hire();
  }

  #hire(): Sandbox {
    const fresh = new Sandbox(this.#name, this.#spec, {
      ready: (milliseconds) => this.#onColdStart(this.#name, milliseconds),
      gone: () => {
        this.#sandboxes.delete(fresh);
        this.#waiting.shift()?.();
      },
    });
    this.#sandboxes.add(fresh);
    return fresh;
  }

  /** Keeps as many workers as the last half minute needed at once, and always one, and the provisioned ones. */
  #retire(): void {
    const idle = [...this.#sandboxes].filter(({ busy }) => busy === 0);
    const surplus = this.#sandboxes.size - Math.max(1, this.#busiest, this.#spec.provisionedConcurrency ?? 0);
    for (const sandbox of idle.slice(0, Math.max(0, surplus))) void sandbox.close();
    this.#busiest = [...this.#sandboxes].filter(({ busy }) => busy > 0).length;
  }
}

const stopped = (name: string): Fault => ({
  name: 'Runtime.ExitError',
  message: `${name}: the dispatcher has stopped`,
});

/**
 * Calls functions in worker threads of this process.
 * @param limits how many workers each function may have
 */
export function localInvoker(
  functions: Readonly<Record<string, FunctionSpec>>,
  limits: Readonly<Record<string, number>>,
  onColdStart: ColdStart,
): Invoker {
  const crews = new Map(
    Object.entries(functions).map(([name, spec]) => [name, new Crew(name, spec, limits[name] ?? 1, onColdStart)]),
  );
  let lastId = 0;
  return {
    async warm() {
      await Promise.all([...crews.values()].map((crew) => crew.warm()));
    },
    async invoke(functionName, { source, records, custom, answer }) {
      const crew = crews.get(functionName);
      if (!crew) return { kind: 'fault', fault: { name: 'Error', message: `there is no function "${functionName}"` } };
      const call: Call = {
        id: ++lastId,
        requestId: randomUUID(),
        deadline: 0,
        custom,
        answer,
        source,
        buffer: pack(records),
        count: records.length,
      };
      return crew.run(call);
    },
    async close() {
      await Promise.all([...crews.values()].map((crew) => crew.close()));
    },
  };
}
