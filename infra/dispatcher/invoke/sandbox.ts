import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { within } from '../within.ts';
import type { Call, Fault, Functions, Message, Outcome, WorkerData } from './invocation.ts';

/** A module that has not loaded by then never will. AWS gives it 10 s; from TypeScript source it is slower. */
const loadLimit = 60_000;

/** A buffer up to this size is cheaper to copy than to hand over. */
const copiedBytes = 8192;

/**
 * For short-lived garbage: with a third of it a loaded function spends a quarter of its time on collecting, and with
 * V8's own choice beside a small old generation even more.
 */
const youngMegabytes = 48;

const workerUrl = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);

type Pending = { call: Call; resolve: (outcome: Outcome) => void; timer: NodeJS.Timeout };

export type Watch = {
  /** Called once the function can be called, with the milliseconds that it took. */
  ready: (milliseconds: number) => void;
  /** Called once, when it will never take a call again. */
  gone: () => void;
};

/**
 * One worker thread with one function in it, or with those that share it. Whatever kills it (a throw outside the call,
 * `process.exit`, no memory left, a call that does not end) fails the calls in flight, and nothing else; it is then gone
 * for good.
 */
export class Sandbox {
  readonly #name: string;
  readonly #functions: Functions;
  readonly #watch: Watch;
  readonly #worker: Worker;
  readonly #pending = new Map<number, Pending>();
  readonly #ready: Promise<Fault | undefined>;
  #outbox: Call[] = [];
  #fault: Fault | undefined;
  #loaded = false;

  constructor(name: string, functions: Functions, watch: Watch) {
    this.#name = name;
    this.#functions = functions;
    this.#watch = watch;
    const specs = Object.values(functions);
    const memory = specs.reduce((sum, { memoryMegabytes = 0 }) => sum + memoryMegabytes, 0);
    // Those that share a worker have the same.
    const [{ environment } = {}] = specs;
    this.#worker = new Worker(workerUrl, {
      name,
      workerData: { functions } satisfies WorkerData,
      env: { ...process.env, ...environment } as Record<string, string>,
      ...(memory
        ? { resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: youngMegabytes } }
        : {}),
    });
    this.#ready = this.#load(watch);
    this.#worker.on('error', (error) => this.#die(describeCrash(error)));
    this.#worker.on('exit', (code) => {
      this.#die({ name: 'Runtime.ExitError', message: `${name}: the runtime exited with status ${code}` });
    });
  }

  get busy(): number {
    return this.#pending.size;
  }

  /** Resolves when the function can be called, or never will be. */
  async loaded(): Promise<void> {
    await within(loadLimit, this.#ready);
  }

  /** Calls the function; never rejects. */
  async run(call: Call): Promise<Outcome> {
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const timer = setTimeout(() => this.#timeOut(call), this.#milliseconds(call) + loadLimit);
    this.#pending.set(call.id, { call, resolve, timer });
    const fault = this.#loaded ? this.#fault : await this.#ready;
    if (fault) this.#settle(call.id, { kind: 'fault', fault });
    else if (this.#pending.has(call.id)) this.#post(call);
    return promise;
  }

  async close(): Promise<void> {
    this.#die({ name: 'Runtime.ExitError', message: `${this.#name}: stopped` });
    await this.#worker.terminate();
  }

  #load(watch: Watch): Promise<Fault | undefined> {
    const started = performance.now();
    const { promise, resolve } = Promise.withResolvers<Fault | undefined>();
    this.#worker.on('message', (message: Message) => {
      if (message.kind === 'replies') for (const { id, outcome } of message.replies) this.#settle(id, outcome);
      else {
        this.#loaded = true;
        if (message.kind === 'unusable') this.#die(message.fault);
        else watch.ready(performance.now() - started);
        resolve(this.#fault);
      }
    });
    this.#worker.once('exit', () => resolve(this.#fault));
    return promise;
  }

  /** The time-out runs from here: loading the module does not count, as on AWS. Calls of one turn travel together. */
  #post(call: Call): void {
    const pending = this.#pending.get(call.id);
    if (!pending) return;
    clearTimeout(pending.timer);
    pending.timer = setTimeout(() => this.#timeOut(call), this.#milliseconds(call));
    call.deadline = Date.now() + this.#milliseconds(call);
    if (this.#outbox.push(call) > 1) return;
    queueMicrotask(() => {
      const calls = this.#outbox;
      this.#outbox = [];
      const large = calls.filter(({ buffer }) => buffer.byteLength > copiedBytes);
      this.#worker.postMessage(
        calls,
        large.map(({ buffer }) => buffer),
      );
    });
  }

  #milliseconds({ functionName }: Call): number {
    return (this.#functions[functionName]?.timeoutSeconds ?? 0) * 1000;
  }

  /** The calls of other functions that share the thread end with it; they are not to blame, and were not attempts. */
  #timeOut(call: Call): void {
    const message = `${call.functionName}: task timed out after ${(this.#milliseconds(call) / 1000).toFixed(2)} seconds`;
    const fault = { name: 'Sandbox.Timedout', message };
    for (const { call: other } of [...this.#pending.values()]) {
      if (other.functionName !== call.functionName) this.#settle(other.id, { kind: 'throttled', fault });
    }
    this.#die(fault);
  }

  #settle(id: number, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    clearTimeout(pending.timer);
    this.#pending.delete(id);
    pending.resolve(outcome);
  }

  #die(fault: Fault): void {
    if (this.#fault) return;
    this.#fault = fault;
    this.#watch.gone();
    for (const id of [...this.#pending.keys()]) this.#settle(id, { kind: 'fault', fault });
    void this.#worker.terminate();
  }
}

function describeCrash(error: Error): Fault {
  const code = 'code' in error ? `${error.code}` : '';
  const name = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Runtime.OutOfMemory' : error.name;
  return { name, message: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
