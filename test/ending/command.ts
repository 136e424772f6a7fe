/** A command as a person gives it, followed by what it prints. */
import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { after } from 'node:test';
import { root } from '../system/service.ts';

export type End = number | NodeJS.Signals;

/** Nothing outlives a test that failed. */
const started = new Set<ChildProcess>();
after(() => {
  for (const child of started) child.kill('SIGKILL');
});

export class Command {
  readonly process: ChildProcess;
  /** The code or the signal by which it ended. */
  readonly ended: Promise<End>;
  readonly #lines: string[] = [];
  readonly #heard = new EventTarget();

  constructor(file: string, args: readonly string[], options: SpawnOptions = {}) {
    this.process = spawn(file, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    started.add(this.process);
    for (const input of [this.process.stdout, this.process.stderr]) {
      if (input) createInterface({ input }).on('line', (line) => this.#hear(line));
    }
    this.ended = once(this.process, 'close').then(([code, signal]) => code ?? signal);
  }

  #hear(line: string): void {
    this.#lines.push(line);
    this.#heard.dispatchEvent(new Event('line'));
  }

  get said(): string {
    return this.#lines.join('\n');
  }

  /** Resolves when it has printed this. @throws Error with all that it printed if it ends before */
  async hear(text: string): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => this.said.includes(text) && resolve();
    this.#heard.addEventListener('line', look);
    look();
    const silent = this.ended.then((end) => {
      if (!this.said.includes(text)) throw new Error(`ended (${end}) without "${text}":\n${this.said}`);
    });
    await Promise.race([promise, silent]);
  }

  signal(name: NodeJS.Signals): void {
    this.process.kill(name);
  }

  /** @returns how it ended, and the ms that this took from here on */
  async end(): Promise<{ end: End; milliseconds: number }> {
    const since = performance.now();
    const end = await this.ended;
    return { end, milliseconds: performance.now() - since };
  }
}
