import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { LoadRequest } from '../../functions/console/asks.ts';
import type { Load } from '../../functions/console/snapshot.ts';
import { Refusal } from './refusal.ts';

type Told =
  | ({ kind: 'planned' } & Pick<Load, 'run' | 'planned' | 'seconds'>)
  | ({ kind: 'progress' } & Pick<Load, 'elapsed' | 'sent' | 'acknowledged' | 'failed' | 'notSent'>)
  | { kind: 'ended' }
  | { kind: 'failed'; about: string };

/** Loads that were started from the page: one at a time, each in a process of its own, so that it cannot slow the system's. */
export class Loads {
  readonly #script: string;
  #child: ChildProcess | undefined;
  #load: Load | null = null;

  /** @param script takes the options as its first message and tells what becomes of it */
  constructor(script: string) {
    this.#script = script;
  }

  /** The last load. */
  get load(): Load | null {
    return this.#load;
  }

  /**
   * Resolves when the load is planned.
   * @throws Refusal when another runs, or the load's own check finds fault with it
   */
  async start(request: LoadRequest): Promise<Load | null> {
    if (this.#child) throw new Refusal('A load is running already: stop it first.');
    const child = fork(this.#script, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.#child = child;
    const none = { run: '', elapsed: 0, seconds: request.duration, planned: 0, sent: 0 };
    this.#load = {
      ...none,
      distribution: request.distribution,
      state: 'running',
      acknowledged: 0,
      failed: 0,
      notSent: 0,
    };
    child.on('message', (told: Told) => this.#hear(told));
    child.once('exit', (code) => this.#end(code));
    child.send(request);
    await Promise.race([once(child, 'message'), once(child, 'exit')]);
    if (this.#load?.state === 'failed') throw new Refusal(this.#load.about ?? 'The load could not be started.');
    return this.#load;
  }

  #change(change: Partial<Load>): void {
    if (this.#load) this.#load = { ...this.#load, ...change };
  }

  #hear({ kind, ...told }: Told): void {
    if (kind === 'planned' || kind === 'progress') this.#change(told);
    else this.#change({ ...told, state: kind });
  }

  #end(code: number | null): void {
    this.#child = undefined;
    if (this.#load?.state === 'running' || this.#load?.state === 'stopping') {
      this.#change({ state: 'failed', about: `The load's process ended early (${code ?? 'killed'}).` });
    }
  }

  /** Sends no more; what was sent is waited for a few seconds. Resolves when the load is over. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    this.#change({ state: 'stopping' });
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
}
