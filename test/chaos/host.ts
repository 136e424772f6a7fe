/** Where a system runs, and is started anew whenever it has ended, as an orchestrator does. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import type { System } from '../system/systemProcess.ts';
import type { Environment, Trial } from '../system/trial.ts';

/** What is to be done inside of the process: its clock so many ms ahead of the machine's, the end of its n-th worker. */
export type Note = Readonly<{ clock?: number; worker?: number }>;

const execArgv = ['--import', new URL('./inside.ts', import.meta.url).href];
/** ms until a start that failed, since an engine was away, is tried again. */
const patience = 1000;

export class Host {
  readonly #trial: Trial;
  readonly #environment: Environment;
  readonly #note: string;
  readonly #said: string[] = [];
  /** How the system ended without having been asked to. */
  readonly crashes: string[] = [];
  #system: System | undefined;
  #starting: Readonly<{ over: Promise<void>; end: AbortController }> | undefined;
  #closed = false;

  /** @param note a file that nobody else writes */
  constructor(trial: Trial, note: string, environment: Environment = {}) {
    this.#trial = trial;
    this.#note = note;
    this.#environment = { ...environment, CHAOS_NOTE: note };
  }

  /** Everything that its systems have said, the one that runs too. */
  get said(): string {
    return [...this.#said, this.#system?.output() ?? ''].join('\n');
  }

  /** Of the system that runs, if one does. */
  get pid(): number | undefined {
    return this.#system?.process.pid;
  }

  /** Megabytes that its process has in memory; 0 where none runs. */
  get memory(): number {
    try {
      const status = readFileSync(`/proc/${this.pid}/status`, 'latin1');
      return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1] ?? 0) / 1024;
    } catch {
      return 0;
    }
  }

  /** Resolves when a system is up, whoever has started it, or was ended before that; starts that fail are repeated. */
  async start(): Promise<void> {
    if (this.#closed || this.#system) return;
    this.#starting ??= this.#begin(new AbortController());
    await this.#starting.over;
  }

  #begin(end: AbortController) {
    return { end, over: this.#startUntil(end.signal) };
  }

  async #startUntil(end: AbortSignal): Promise<void> {
    let system: System | undefined;
    while (!end.aborted && !system) {
      try {
        system = await this.#trial.start({ environment: this.#environment, execArgv, end });
      } catch (error) {
        this.#said.push(String(error));
        await pause(patience, undefined, { signal: end }).catch(() => undefined);
      }
    }
    // Killed when it had just come up.
    if (end.aborted) await system?.ended;
    // Before it is heard that it has ended, by which it is started anew.
    this.#starting = undefined;
    if (!system) return;
    if (end.aborted) return void this.#said.push(system.output());
    this.#system = system;
    void system.ended.then(this.#ended.bind(this, system));
  }

  #ended(system: System, how: number | NodeJS.Signals): void {
    if (this.#system !== system) return;
    this.#system = undefined;
    this.#said.push(system.output());
    this.crashes.push(
      `a system ended (${how}) by itself:\n${system.output().trimEnd().split('\n').slice(-5).join('\n')}`,
    );
    void this.start();
  }

  /** Ends it by SIGKILL, or in an orderly way by SIGTERM; one that is not up yet is killed. */
  async end(by: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    this.#starting?.end.abort();
    await this.#starting?.over;
    const system = this.#system;
    this.#system = undefined;
    system?.process.kill(by);
    await system?.ended;
    this.#said.push(system?.output() ?? '');
  }

  signal(name: 'SIGSTOP' | 'SIGCONT'): void {
    this.#system?.process.kill(name);
  }

  /** What happens inside has begun when this returns, or shortly after. */
  tell(note: Note): void {
    writeFileSync(`${this.#note}.new`, JSON.stringify(note));
    renameSync(`${this.#note}.new`, this.#note);
    this.#system?.process.kill('SIGUSR2');
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.end('SIGTERM');
  }
}
