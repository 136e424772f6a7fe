/** What befalls the calls that a process makes to its engines. */
import { type Clock, sleep } from '../../../infra/clock.ts';
import type { Random } from '../../../infra/simulation/random.ts';

/**
 * `refused`: nothing is done, and the caller hears so. `unanswered`: it is done, and the caller hears an error. `killed before`,
 * `killed after`: the caller's process dies around it. `overtaken`: it is done after seconds, when the caller's work has been
 * given to another process already.
 */
export const faultKinds = ['refused', 'unanswered', 'killed before', 'killed after', 'overtaken'] as const;
type FaultKind = (typeof faultKinds)[number];

/** `call`: its number in the run. */
export type Fault = Readonly<{ call: number; kind: FaultKind; what: string; at: number }>;

/** Draws which calls it befalls. */
export class Faults {
  readonly happened: Fault[] = [];
  readonly #random: Random;
  readonly #rate: number;
  readonly #only: ReadonlySet<number> | undefined;
  #calls = 0;
  /** From then on nothing goes wrong. */
  over = false;

  /** @param rate of the calls, 0 to 1 @param only calls of these numbers; all unless given */
  constructor(random: Random, rate: number, only?: ReadonlySet<number>) {
    this.#random = random;
    this.#rate = rate;
    this.#only = only;
  }

  draw(what: string, at: number): FaultKind | undefined {
    const call = this.#calls++;
    const [happens, kind] = [this.#random.happens(this.#rate), this.#random.one(faultKinds)];
    if (!happens || this.over || this.#only?.has(call) === false) return undefined;
    this.happened.push({ call, kind, what, at });
    return kind;
  }

  /** ms that an engine takes. */
  latency(): number {
    return this.#random.between(0, 4);
  }
}

const never = new Promise<never>(() => undefined);

/** One process: what it asks of its engines. Once dead it asks, hears and does nothing. */
export class Process {
  readonly #faults: Faults;
  readonly #clock: Clock;
  readonly #gone = Promise.withResolvers<'gone'>();
  #dead = false;
  /** Resolves when its work is given to another process: it died, or is taken for dead. */
  readonly gone = this.#gone.promise;

  constructor(faults: Faults, clock: Clock) {
    this.#faults = faults;
    this.#clock = clock;
  }

  /** @param deed what the engine does, at one moment */
  async call<T>(what: string, deed: () => T): Promise<T> {
    const fault = this.#dead ? undefined : this.#faults.draw(what, this.#clock.now());
    await sleep(this.#clock, this.#faults.latency());
    if (this.#dead) return never;
    if (fault === 'refused') throw new Error(`${what}: connection refused`);
    if (fault === 'killed before') return this.#die();
    if (fault === 'overtaken') {
      this.#gone.resolve('gone');
      await sleep(this.#clock, 3000);
    }
    const result = deed();
    if (fault === 'killed after') return this.#die();
    if (fault === 'unanswered') throw new Error(`${what}: connection lost`);
    return result;
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.#gone.resolve('gone');
    return never;
  }
}
