import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { LabRequest } from '../../functions/console/asks.ts';
import type { LabRun } from '../../functions/console/snapshot.ts';
import { Refusal } from './refusal.ts';

/** Where the report of these runs goes: not over the one that a person made by hand. */
const reports = 'reports/lab-console';

const withParent = new URL('../withParent.ts', import.meta.url).href;

/** As a person would type it. */
function flags({ message, target, count, rate }: LabRequest): string[] {
  const kept = target === 'none' || target === 'show' ? ['--mode', target] : ['--mode', 'save', '--store', target];
  const pace = rate === undefined ? [] : ['--rate', String(rate)];
  return ['run', '--message', message, ...kept, '--count', String(count), ...pace, '--rest', '1', '--out', reports];
}

/** Runs of the message lab that were started from the page: one at a time, each in a process of its own. */
export class LabRuns {
  readonly #script: string;
  #child: ChildProcess | undefined;
  #run: LabRun | null = null;

  constructor(script: string) {
    this.#script = script;
  }

  /** The last run. */
  get run(): LabRun | null {
    return this.#run;
  }

  /** @throws Refusal when another is under way */
  start(request: LabRequest): LabRun | null {
    if (this.#child) throw new Refusal('A run is under way already: wait for its end, or stop it.');
    const args = ['--import', withParent, this.#script, ...flags(request)];
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    this.#child = child;
    this.#run = { ...request, state: 'running', line: '' };
    for (const input of [child.stdout, child.stderr]) {
      if (input) createInterface({ input }).on('line', (line) => this.#hear(line));
    }
    child.once('close', (code) => this.#end(code));
    return this.#run;
  }

  #hear(line: string): void {
    // The report's files are named after the result, which is what is to be seen.
    if (!this.#run || line.trim() === '' || line.startsWith(reports)) return;
    this.#run = { ...this.#run, line: line.trim().slice(0, 300) };
  }

  #end(code: number | null): void {
    this.#child = undefined;
    if (this.#run) this.#run = { ...this.#run, state: code === 0 ? 'ended' : 'failed' };
  }

  /** Resolves when the run is over. What it measured by then is not kept. */
  async stop(): Promise<void> {
    const child = this.#child;
    if (!child) return;
    child.kill('SIGTERM');
    await once(child, 'close');
  }
}
