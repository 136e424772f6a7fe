/** What befalls the calls that a process makes to its engines. */
import { sleep, systemClock } from '../../../infra/clock.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import type { Process } from '../dispatcher/machine.ts';
import { answers, type EngineName } from './answers.ts';

/**
 * `refused`: nothing is done, and the caller hears one of the engine's answers. `unanswered`: it is done, and the caller hears an
 * error. `killed before`, `killed after`: the caller's process dies around it. `overtaken`: it dies, and its engine does what it
 * had sent seconds later, when the work has been given to another process already.
 */
const kinds = ['refused', 'unanswered', 'killed before', 'killed after', 'overtaken'] as const;
type FaultKind = (typeof kinds)[number];

/** `call`: its number in the run. */
export type Fault = Readonly<{ call: number; kind: FaultKind; what: string; at: number }>;

/** What is told of a call that marks a letter as sent. */
const markAsked = 'Redis: mark';

const overtakenAfter = 3000;
/** A Redis that takes no writes is read from all the same: only these of its answers are about both. */
const ofReads = 2;

/** Which engine is asked for what; `reads` where nothing is changed. */
export type Asked = Readonly<{ engine: EngineName; what: string; reads?: true }>;

const answersTo = ({ engine, reads }: Asked) =>
  engine === 'Redis' && reads ? answers.Redis.slice(0, ofReads) : answers[engine];

/** Draws which calls it befalls. */
export class Faults {
  readonly happened: Fault[] = [];
  readonly #random: Random;
  readonly #rate: number;
  readonly #only: ReadonlySet<number> | undefined;
  readonly #outages = new Map<EngineName, number>();
  #calls = 0;
  /** Grows when an engine loses what is on its way to it. */
  era = 0;
  /** From then on nothing goes wrong. */
  over = false;

  /** @param rate of the calls, 0 to 1 @param only calls of these numbers; all unless given */
  constructor(random: Random, rate: number, only?: readonly number[]) {
    this.#random = random;
    this.#rate = rate;
    this.#only = only && new Set(only);
  }

  /** An engine answers all that it is asked in this one way, until it is told otherwise. */
  outage(engine: EngineName, answer: number | undefined): void {
    if (answer === undefined) this.#outages.delete(engine);
    else this.#outages.set(engine, answer);
  }

  draw(asked: Asked): { kind: FaultKind; answer: () => Error } | undefined {
    const outage = answersTo(asked)[this.#outages.get(asked.engine) ?? -1];
    const call = this.#calls++;
    const [happens, kind] = [this.#random.happens(this.#rate), this.#random.one(kinds)];
    const answer = this.#random.one<() => Error>(answersTo(asked));
    if (this.over) return undefined;
    if (outage) return { kind: 'refused', answer: outage };
    if (!happens || this.#only?.has(call) === false) return undefined;
    this.happened.push({ call, kind, what: `${asked.engine}: ${asked.what}`, at: systemClock.now() });
    return { kind, answer };
  }

  /** How many may each have repeated a letter: its process died, or the answer to it or to its mark was lost. */
  get repeating(): number {
    return this.happened.filter(
      ({ kind, what }) =>
        (kind !== 'refused' && (kind !== 'unanswered' || /^(SMTP|Redis): /.test(what))) || what === markAsked,
    ).length;
  }

  /** ms that an engine takes. */
  latency(): number {
    return this.#random.between(0, 4);
  }
}

/** For what goes on whatever an engine answers. @throws what no engine answers: a mistake of the program */
export function tolerated(error: unknown): void {
  if (error instanceof TypeError || error instanceof ReferenceError || error instanceof RangeError) throw error;
}

const never = new Promise<never>(() => undefined);

/** What one process asks of its engines. Once dead it asks, hears and does nothing. */
export class Calls {
  readonly #faults: Faults;
  readonly #process: Process;
  readonly #die: () => void;

  /** @param die ends the process, as something that went wrong in it */
  constructor(faults: Faults, process: Process, die: () => void) {
    this.#faults = faults;
    this.#process = process;
    this.#die = die;
  }

  /** @param deed what the engine does, at one moment */
  async call<T>(asked: Asked, deed: () => T): Promise<Awaited<T>> {
    const fault = this.#faults.draw(asked);
    await sleep(this.#process.clock, this.#faults.latency());
    if (fault?.kind === 'refused') throw fault.answer();
    if (fault?.kind === 'killed before') return this.#end();
    // What a client of Kafka's had sent is the simulated network's to delay.
    if (fault?.kind === 'overtaken' && asked.engine !== 'Kafka') {
      this.#later(deed);
      return this.#end();
    }
    const result = await deed();
    if (!this.#process.alive()) return never;
    if (fault?.kind === 'killed after' || fault?.kind === 'overtaken') return this.#end();
    if (fault?.kind === 'unanswered') throw new Error('connection lost');
    return result;
  }

  #later(deed: () => unknown): void {
    const { era } = this.#faults;
    const act = async () => (this.#faults.era === era ? deed() : undefined);
    systemClock.after(overtakenAfter, () => void act().catch(tolerated));
  }

  #end(): Promise<never> {
    this.#die();
    return never;
  }
}
