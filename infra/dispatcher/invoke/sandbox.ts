import { type Clock, type Timer, within } from '../../clock.ts';
import type { FunctionWorker, Machine } from './functionWorker.ts';
import { type Call, type Fault, type Functions, faultOf, isMessage, type Outcome } from './invocation.ts';

/** A module that has not loaded by then never will. AWS gives it 10 s; from TypeScript source it is slower. */
const loadLimit = 60_000;

type Pending = { call: Call; resolve: (outcome: Outcome) => void; timer: Timer; wanted: (() => boolean) | undefined };

/** What a worker tells of itself. One that cannot load its function calls `gone`, and never `ready`. */
type Watch = {
  /** Called once the function can be called, with the milliseconds that it took. */
  ready: (milliseconds: number) => void;
  /** Called once, when it will never take a call again; with whether it ever took one. */
  gone: (called: boolean) => void;
  /** Called with the path of each module that it reads; without it, it is not asked to tell. */
  file?: ((path: string) => void) | undefined;
};

/**
 * One worker with one function in it, or with those that share it. Whatever kills it (a throw outside the call,
 * `process.exit`, no memory left, a call that does not end) fails the call in flight, and nothing else; it is then gone
 * for good. Of several calls in flight nothing tells which one did it, so all are to be called again in isolation.
 */
export class Sandbox {
  readonly #name: string;
  readonly #functions: Functions;
  readonly #clock: Clock;
  readonly #watch: Watch;
  readonly #worker: FunctionWorker;
  readonly #pending = new Map<number, Pending>();
  /** Resolves when the functions can be called, or never will be. */
  readonly #ready = Promise.withResolvers<void>();
  readonly #started: number;
  #outbox: Call[] = [];
  #crash: Fault | undefined;
  #fault: Fault | undefined;
  #loaded = false;
  #called = false;

  constructor(name: string, functions: Functions, { clock, startWorker }: Machine, watch: Watch) {
    this.#name = name;
    this.#functions = functions;
    this.#clock = clock;
    this.#started = clock.monotonic();
    this.#watch = watch;
    this.#worker = startWorker(
      name,
      functions,
      {
        message: (message) => this.#hear(message),
        // Its last answers may still be on their way: they come before its exit.
        error: (error) => {
          this.#crash = describeCrash(error);
        },
        exit: (code) => this.#die(this.#crash ?? exited(name, code)),
      },
      watch.file !== undefined,
    );
  }

  get busy(): number {
    return this.#pending.size;
  }

  /** Resolves when the function can be called, or never will be. */
  async loaded(): Promise<void> {
    await within(this.#clock, loadLimit, this.#ready.promise);
  }

  /** Calls the function; never rejects. @param wanted asked when it goes to the worker */
  run(call: Call, wanted?: () => boolean): Promise<Outcome> {
    if (this.#fault) return Promise.resolve({ kind: 'throttled', fault: this.#fault });
    const { promise, resolve } = Promise.withResolvers<Outcome>();
    const loading = this.#loaded ? 0 : loadLimit;
    const timer = this.#clock.after(this.#milliseconds(call) + loading, () => this.#timeOut(call));
    const pending = { call, resolve, timer, wanted };
    this.#pending.set(call.id, pending);
    if (this.#loaded) this.#post(pending);
    else void this.#ready.promise.then(() => this.#begin(call));
    return promise;
  }

  /** What is in flight then is no attempt. */
  async close(): Promise<void> {
    const fault = { name: 'Runtime.ExitError', message: `${this.#name}: stopped` };
    for (const id of [...this.#pending.keys()]) this.#settle(id, { kind: 'throttled', fault });
    this.#die(fault);
    await this.#worker.terminate();
  }

  #hear(message: unknown): void {
    if (!isMessage(message) || this.#fault) return;
    if (message.kind === 'replies') for (const { id, outcome } of message.replies) this.#settle(id, outcome);
    else if (message.kind === 'loaded') this.#watch.file?.(message.file);
    else if (message.kind === 'unusable') this.#die(message.fault);
    else if (!this.#loaded) {
      this.#loaded = true;
      this.#watch.ready(this.#clock.monotonic() - this.#started);
      this.#ready.resolve();
    }
  }

  /** The time-out runs from here: loading the module does not count, as on AWS. */
  #begin(call: Call): void {
    const pending = this.#pending.get(call.id);
    if (!pending) return;
    pending.timer.cancel();
    pending.timer = this.#clock.after(this.#milliseconds(call), () => this.#timeOut(call));
    this.#post(pending);
  }

  /** Calls of one turn travel together. */
  #post({ call, wanted }: Pending): void {
    if (wanted?.() === false) {
      this.#settle(call.id, { kind: 'cancelled' });
      return;
    }
    call.deadline = this.#clock.now() + this.#milliseconds(call);
    this.#called = true;
    if (this.#outbox.push(call) > 1) return;
    queueMicrotask(() => {
      const calls = this.#outbox;
      this.#outbox = [];
      try {
        this.#worker.post(calls);
      } catch (error) {
        this.#die(faultOf(error));
      }
    });
  }

  #milliseconds({ functionName }: Call): number {
    return (this.#functions[functionName]?.timeoutSeconds ?? 0) * 1000;
  }

  /** A call that keeps the thread to itself makes others late, too: that this one is late is no proof. */
  #timeOut(call: Call): void {
    const seconds = (this.#milliseconds(call) / 1000).toFixed(2);
    const message = `${call.functionName}: task timed out after ${seconds} seconds`;
    this.#die({ name: 'Sandbox.Timedout', message });
  }

  #settle(id: number, outcome: Outcome): void {
    const pending = this.#pending.get(id);
    if (!pending) return;
    pending.timer.cancel();
    this.#pending.delete(id);
    pending.resolve(outcome);
  }

  #die(fault: Fault): void {
    if (this.#fault) return;
    this.#fault = fault;
    this.#watch.gone(this.#called);
    const outcome = this.#lost(fault, this.#pending.size);
    for (const id of [...this.#pending.keys()]) this.#settle(id, outcome);
    this.#ready.resolve();
    void this.#worker.terminate();
  }

  /** A call that was alone did it itself. So did each of one function whose module cannot be loaded. */
  #lost(fault: Fault, together: number): Outcome {
    const cannotLoad = !this.#loaded && Object.keys(this.#functions).length === 1;
    return together === 1 || cannotLoad ? { kind: 'fault', fault } : { kind: 'throttled', fault, isolate: true };
  }
}

const exited = (name: string, code: number): Fault => ({
  name: 'Runtime.ExitError',
  message: `${name}: the runtime exited with status ${code}`,
});

function describeCrash(error: Error): Fault {
  const code = 'code' in error ? `${error.code}` : '';
  const name = code === 'ERR_WORKER_OUT_OF_MEMORY' ? 'Runtime.OutOfMemory' : error.name;
  return { name, message: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
