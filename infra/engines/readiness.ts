import { statSync } from 'node:fs';
import { sleep, systemClock } from '../clock.ts';
import type { Asked, Engine, Site } from './engine.ts';
import { usageOf } from './processes.ts';

/** ms between two looks. */
const pause = 1000;
/** Share of a processor that one at rest does not take, a virtual machine's own chores included. */
const busy = 0.1;

/**
 * Whether an engine that is not ready is at work on it: a log of some gigabytes is read for minutes, and who is killed in the
 * middle of it has it all to do again.
 */
export class SignsOfLife {
  readonly #site: Site;
  readonly #group: () => number | undefined;
  #looked = systemClock.monotonic();
  #last = this.#looked;
  #log = 0;
  #cpuSeconds = 0;

  /** @param group of its processes, as long as there are any */
  constructor(site: Site, group: () => number | undefined) {
    this.#site = site;
    this.#group = group;
  }

  /** @returns ms since it was last seen at work */
  silence(): number {
    const now = systemClock.monotonic();
    const since = now - this.#looked;
    if (since >= pause) {
      this.#looked = now;
      if (this.#worked(since / 1000)) this.#last = now;
    }
    return now - this.#last;
  }

  #worked(seconds: number): boolean {
    const group = this.#group();
    const log = statSync(this.#site.log, { throwIfNoEntry: false })?.size ?? 0;
    const cpuSeconds = group === undefined ? 0 : (usageOf(new Map([['it', group]])).get('it')?.cpuSeconds ?? 0);
    const worked = log > this.#log || cpuSeconds - this.#cpuSeconds > busy * seconds;
    this.#log = log;
    this.#cpuSeconds = cpuSeconds;
    return worked;
  }
}

async function isReady(engine: Engine, address: string, asked: Asked): Promise<Error | undefined> {
  try {
    await engine.ready(address, asked);
    return undefined;
  } catch (error) {
    return error as Error;
  }
}

/** Tries until the engine is ready or `goOn` says no. @returns why not */
export async function waitReady(
  engine: Engine,
  address: string,
  asked: Asked,
  goOn: () => boolean,
): Promise<Error | undefined> {
  for (;;) {
    const reason = await isReady(engine, address, asked);
    if (!reason) return undefined;
    if (!goOn()) return reason;
    await sleep(systemClock, 40);
  }
}
