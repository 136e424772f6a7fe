/** What is started from the page: one of a kind at a time, each in a process of its own, so that it cannot slow the system's. */
import type { LoadRequest } from '../../functions/console/asks.ts';
import type { LabRequest } from '../../functions/console/labRequest.ts';
import type { LabRun, Load } from '../../functions/console/snapshot.ts';
import { storeOf, stores } from '../../functions/messages/targets.ts';
import { Mistake } from '../faults.ts';
import { Child } from '../processes/child.ts';
import type { LabNews, LoadNews, Order } from './programs.ts';

/** A line of the page holds no more. */
const mostLine = 300;

/** Takes requests `R` and tells news `N`, from which follows what the page is shown. */
class Job<R, N extends Readonly<{ kind: string }>, Shown extends Readonly<{ state: string }>> {
  readonly #title: string;
  readonly #program: string;
  #child: Child<Order<R>, N> | undefined;
  #shown: Shown | null = null;

  constructor(title: string, program: string) {
    this.#title = title;
    this.#program = program;
  }

  /** The one under way, or else the last; null before the first. */
  get shown(): Shown | null {
    return this.#shown;
  }

  /** @param early what becomes of it when the process ends without a word */
  protected begin(shown: Shown, early: Partial<Shown>): Child<Order<R>, N> {
    if (this.#child) throw new Mistake('request', `${this.#title} is under way already: wait for its end, or stop it.`);
    const child = new Child<Order<R>, N>(this.#program, { title: this.#title });
    this.#child = child;
    this.#shown = shown;
    child.over.then(() => {
      this.#child = undefined;
      if (!/ended|failed/.test(this.#shown?.state ?? '')) this.change(early);
    });
    return child;
  }

  protected change(change: Partial<Shown>): void {
    if (this.#shown) this.#shown = { ...this.#shown, ...change };
  }

  /** Resolves when it is over. What a run of the lab has measured by then is not kept. */
  async stop(): Promise<void> {
    await this.#child?.stop({ kind: 'stop' });
  }
}

/** Loads: a stopped one sends no more, and waits a few seconds for what was sent. */
export class Loads extends Job<LoadRequest, LoadNews, Load> {
  /**
   * Resolves when the load is planned.
   * @throws Mistake when another runs, or the load's own check finds fault with it
   */
  async start(request: LoadRequest): Promise<Load | null> {
    const { distribution, duration: seconds } = request;
    const none = { run: '', elapsed: 0, planned: 0, sent: 0, acknowledged: 0, failed: 0, notSent: 0 };
    const early = { state: 'failed', about: "The load's process ended early." } as const;
    const child = this.begin({ ...none, distribution, seconds, state: 'running' }, early);
    child.tell({ kind: 'start', request });
    child.on('planned', ({ kind: _, ...planned }) => this.change(planned));
    child.on('progress', ({ kind: _, ...progress }) => this.change(progress));
    child.on('ended', () => this.change({ state: 'ended' }));
    child.on('failed', ({ message }) => this.change({ state: 'failed', about: message }));
    await child.hear('planned').catch((error: Error) => {
      throw new Mistake('request', this.shown?.about ?? error.message);
    });
    return this.shown;
  }

  override async stop(): Promise<void> {
    if (this.shown?.state === 'running') this.change({ state: 'stopping' });
    await super.stop();
  }
}

/**
 * Brings up an engine that the process of a run cannot start itself.
 * @param say gets a line for each step worth waiting for
 * @returns the variables that tell the run where it is
 * @throws Error that says why it is not up
 */
export type StartEngine = (name: string, say: (line: string) => void) => Promise<Readonly<Record<string, string>>>;

/** Runs of the message lab. */
export class LabRuns extends Job<LabRequest, LabNews, LabRun> {
  readonly #startEngine: StartEngine | undefined;

  /** @param startEngine unless given, the run's own process starts what it needs */
  constructor(title: string, program: string, startEngine?: StartEngine) {
    super(title, program);
    this.#startEngine = startEngine;
  }

  /** @throws Mistake when another is under way */
  start(request: LabRequest): LabRun | null {
    const child = this.begin({ ...request, state: 'running', line: '' }, { state: 'failed' });
    // A store may come up when its run has been stopped long ago, and another is under way.
    let told = false;
    const tell = (change: Partial<LabRun>) => told || this.change(change);
    const say = (text: string) => tell({ line: lineOf(text) });
    const fail = (message: string) => {
      tell({ state: 'failed', line: lineOf(message) });
      told = true;
    };
    child.over.then(() => {
      told = true;
    });
    child.on('line', ({ text }) => say(text));
    child.on('ended', ({ exact }) => tell({ state: exact ? 'ended' : 'failed' }));
    child.on('failed', ({ message }) => fail(message));
    const store = storeOf(request.target);
    if (store && this.#startEngine) {
      this.#startEngine(stores[store].engine, say).then(
        (environment) => child.tell({ kind: 'start', request, environment }),
        (error: Error) => {
          fail(error.message);
          return child.stop({ kind: 'stop' });
        },
      );
    } else child.tell({ kind: 'start', request });
    return this.shown;
  }
}

const lineOf = (text: string): string => text.trim().slice(0, mostLine);
