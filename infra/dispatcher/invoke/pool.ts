import type { Timer } from '../../clock.ts';
import type { Machine } from './functionWorker.ts';
import { type Call, type Functions, faultOf, type Outcome } from './invocation.ts';
import { Sandbox } from './sandbox.ts';

/** @param milliseconds from the start of the worker until its function was loaded */
export type ColdStart = (name: string, milliseconds: number) => void;

/** A second worker of a function that has had nothing to do for this long is let go. */
const idleLimit = 30_000;

/** With several `functions` each worker has all of them in it. */
export type PoolOptions = Readonly<{
  /** What people know it by. */
  name: string;
  functions: Functions;
  /** Workers at most. */
  limit: number;
  /** Invocations that one worker takes at the same time. */
  capacity: number;
  /** Workers that stay although nothing is to do. */
  keep: number;
  machine: Machine;
  onColdStart: ColdStart;
  /** Called with the path of each module that a worker reads. */
  onFile?: ((path: string) => void) | undefined;
}>;

/** The workers of a function, or of those that share one: warm, started when the work asks for them. */
export class WorkerPool {
  readonly #options: PoolOptions;
  readonly #provisioned: number;
  readonly #sandboxes = new Set<Sandbox>();
  /** Those that take no more calls: they end with what they have in flight. */
  readonly #retired = new Set<Sandbox>();
  /** The modules that its workers have read. */
  readonly #files = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  readonly #timer: Timer;
  #busiest = 0;
  #closed = false;

  constructor(options: PoolOptions) {
    this.#options = options;
    const wanted = Object.values(options.functions).map(({ provisionedConcurrency = 0 }) => provisionedConcurrency);
    this.#provisioned = Math.min(options.limit, Math.max(...wanted));
    this.#timer = options.machine.clock.every(idleLimit, () => this.#trim());
    this.#provision();
  }

  /** Never rejects. A call that cannot be made, since there is no further worker or no time, was no attempt. */
  async run(call: Call, wanted?: () => boolean): Promise<Outcome> {
    let sandbox: Sandbox | undefined;
    try {
      sandbox = this.#free();
      while (!sandbox && !this.#closed) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        sandbox = this.#free();
      }
      if (sandbox) return await sandbox.run(call, wanted);
      throw new Error(`${this.#options.name}: the dispatcher has stopped`);
    } catch (error) {
      return { kind: 'throttled', fault: faultOf(error) };
    } finally {
      if (sandbox) this.#endRetired(sandbox);
      this.#waiting.shift()?.();
    }
  }

  async warm(): Promise<void> {
    await Promise.all([...this.#sandboxes].map((sandbox) => sandbox.loaded()));
  }

  /** Where it has read one of these: calls in flight end where they are, what comes after gets workers that read anew. */
  renew(files: ReadonlySet<string>): void {
    if (![...files].some((file) => this.#files.has(file))) return;
    for (const sandbox of this.#sandboxes) {
      this.#sandboxes.delete(sandbox);
      this.#retired.add(sandbox);
      this.#endRetired(sandbox);
    }
    this.#provision();
    for (const wake of this.#waiting.splice(0)) wake();
  }

  #read(path: string, onFile: (path: string) => void): void {
    this.#files.add(path);
    onFile(path);
  }

  #endRetired(sandbox: Sandbox): void {
    if (sandbox.busy === 0 && this.#retired.delete(sandbox)) void sandbox.close();
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer.cancel();
    for (const wake of this.#waiting.splice(0)) wake();
    await Promise.all([...this.#sandboxes, ...this.#retired].map((sandbox) => sandbox.close()));
  }

  /** The busiest worker that still takes a call, so that the others may be let go; else a new one. */
  #free(): Sandbox | undefined {
    if (this.#closed) return undefined;
    let found: Sandbox | undefined;
    let working = 1;
    for (const sandbox of this.#sandboxes) {
      if (sandbox.busy > 0) working++;
      if (sandbox.busy >= this.#options.capacity) continue;
      if (!found || sandbox.busy > found.busy) found = sandbox;
    }
    this.#busiest = Math.max(this.#busiest, working);
    if (found || this.#sandboxes.size >= this.#options.limit) return found;
    return this.#start();
  }

  #start(): Sandbox {
    const { name, functions, machine, onColdStart, onFile } = this.#options;
    const fresh = new Sandbox(name, functions, machine, {
      ready: (milliseconds) => onColdStart(name, milliseconds),
      gone: (called) => {
        this.#retired.delete(fresh);
        if (!this.#sandboxes.delete(fresh)) return;
        if (called) this.#provision();
        this.#waiting.shift()?.();
      },
      file: onFile && ((path) => this.#read(path, onFile)),
    });
    this.#sandboxes.add(fresh);
    return fresh;
  }

  /** A provisioned worker that a call ended is replaced at once. One that ended by itself would do so again and again. */
  #provision(): void {
    while (!this.#closed && this.#sandboxes.size < this.#provisioned) this.#start();
  }

  /** Keeps as many workers as the last half minute needed at once, and those that always stay. */
  #trim(): void {
    const idle = [...this.#sandboxes].filter(({ busy }) => busy === 0);
    const surplus = this.#sandboxes.size - Math.max(this.#options.keep, this.#busiest, this.#provisioned);
    for (const sandbox of idle.slice(0, Math.max(0, surplus))) void sandbox.close();
    this.#busiest = [...this.#sandboxes].filter(({ busy }) => busy > 0).length;
  }
}
