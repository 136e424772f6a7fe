import type { LabRequest } from '../../functions/console/labRequest.ts';
import type { LabRun } from '../../functions/console/snapshot.ts';
import { Child } from '../processes/child.ts';
import type { LabNews, LabOrder } from './programs.ts';
import { Refusal } from './refusal.ts';

/** A line of the page holds no more. */
const mostLine = 300;

/** Runs of the message lab that were started from the page: one at a time, each in a process of its own. */
export class LabRuns {
  readonly #program: string;
  #child: Child<LabOrder, LabNews> | undefined;
  #run: LabRun | null = null;

  constructor(program: string) {
    this.#program = program;
  }

  get run(): LabRun | null {
    return this.#run;
  }

  /** @throws Refusal when another is under way */
  start(request: LabRequest): LabRun | null {
    if (this.#child) throw new Refusal('A run is under way already: wait for its end, or stop it.');
    const child = new Child<LabOrder, LabNews>(this.#program, { title: 'The run' });
    this.#child = child;
    this.#run = { ...request, state: 'running', line: '' };
    child.on('line', ({ text }) => this.#change({ line: text }));
    child.on('ended', ({ exact }) => this.#change({ state: exact ? 'ended' : 'failed' }));
    child.on('failed', ({ message }) => this.#change({ state: 'failed', line: message }));
    child.over.then(() => this.#end());
    child.tell({ kind: 'start', request });
    return this.#run;
  }

  #change({ line, ...change }: Partial<LabRun>): void {
    if (!this.#run) return;
    this.#run = { ...this.#run, ...change, ...(line !== undefined && { line: line.trim().slice(0, mostLine) }) };
  }

  #end(): void {
    this.#child = undefined;
    if (this.#run?.state === 'running') this.#change({ state: 'failed' });
  }

  /** Resolves when the run is over. What it measured by then is not kept. */
  async stop(): Promise<void> {
    await this.#child?.stop({ kind: 'stop' });
  }
}
