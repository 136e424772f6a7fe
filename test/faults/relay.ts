/** One process after another in the same namespace: each dies at a place that is named while it runs, the next goes on. */
import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { commandNames } from '../../functions/orders/lifecycle.ts';
import type { System } from '../system/systemProcess.ts';
import { openTrial, type Trial } from '../system/trial.ts';
import type { Death } from './death.ts';

/** All functions that can die, so that one build serves every test. */
const handlers = Object.fromEntries(
  [...commandNames, 'notify'].map((name) => [name, `test/faults/mortalFunctions.${name}`]),
);
const execArgv = ['--import', new URL('./mortalModules.ts', import.meta.url).href];

export class Relay {
  readonly trial: Trial;
  readonly #folder: string;
  readonly #note: string;
  readonly #environment: Death;
  #system: System | undefined;

  private constructor(trial: Trial) {
    this.trial = trial;
    // Nobody else may put a link where it is written.
    this.#folder = mkdtempSync(join(tmpdir(), 'despacho-'));
    this.#note = join(this.#folder, 'place');
    this.#environment = { DEATH_NOTE: this.#note };
  }

  /** @returns when the first process is up */
  static async open(): Promise<Relay> {
    const relay = new Relay(await openTrial());
    try {
      await relay.#start();
    } catch (error) {
      await relay.close();
      throw error;
    }
    return relay;
  }

  async #start(): Promise<void> {
    this.#system = await this.trial.start({ handlers, environment: this.#environment, execArgv });
  }

  /** Lets the process that runs die as soon as it has come there. */
  dieAfter(place: string): void {
    writeFileSync(`${this.#note}.new`, place);
    renameSync(`${this.#note}.new`, this.#note);
  }

  /** Resolves when the process has died, and another one is up in its place. */
  async next(): Promise<void> {
    assert.equal(await this.#system?.ended, 'SIGKILL');
    await this.#start();
  }

  async close(): Promise<void> {
    await this.trial.close();
    rmSync(this.#folder, { recursive: true });
  }
}
