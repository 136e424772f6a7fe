import type { LoadRequest } from '../../functions/console/asks.ts';
import type { Load } from '../../functions/console/snapshot.ts';
import { Child } from '../processes/child.ts';
import type { LoadNews, LoadOrder } from './programs.ts';
import { Refusal } from './refusal.ts';

/** Loads that were started from the page: one at a time, each in a process of its own, so that it cannot slow the system's. */
export class Loads {
  readonly #program: string;
  #child: Child<LoadOrder, LoadNews> | undefined;
  #load: Load | null = null;

  constructor(program: string) {
    this.#program = program;
  }

  get load(): Load | null {
    return this.#load;
  }

  /**
   * Resolves when the load is planned.
   * @throws Refusal when another runs, or the load's own check finds fault with it
   */
  async start(request: LoadRequest): Promise<Load | null> {
    if (this.#child) throw new Refusal('A load is running already: stop it first.');
    const child = new Child<LoadOrder, LoadNews>(this.#program, { title: 'The load' });
    this.#child = child;
    const none = { run: '', elapsed: 0, seconds: request.duration, planned: 0, sent: 0 };
    const { distribution } = request;
    this.#load = { ...none, distribution, state: 'running', acknowledged: 0, failed: 0, notSent: 0 };
    child.on('planned', ({ kind: _, ...planned }) => this.#change(planned));
    child.on('progress', ({ kind: _, ...progress }) => this.#change(progress));
    child.on('ended', () => this.#change({ state: 'ended' }));
    child.on('failed', ({ message }) => this.#change({ state: 'failed', about: message }));
    child.over.then(() => this.#end());
    child.tell({ kind: 'start', request });
    await child.hear('planned').catch((error: Error) => {
      throw new Refusal(this.#load?.about ?? error.message);
    });
    return this.#load;
  }

  #change(change: Partial<Load>): void {
    if (this.#load) this.#load = { ...this.#load, ...change };
  }

  #end(): void {
    this.#child = undefined;
    if (this.#load?.state === 'running' || this.#load?.state === 'stopping') {
      this.#change({ state: 'failed', about: "The load's process ended early." });
    }
  }

  /** Sends no more; what was sent is waited for a few seconds. Resolves when the load is over. */
  async stop(): Promise<void> {
    if (!this.#child) return;
    this.#change({ state: 'stopping' });
    await this.#child.stop({ kind: 'stop' });
  }
}
