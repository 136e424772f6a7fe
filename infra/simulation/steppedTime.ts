/** The clock of `@sinonjs/fake-timers`, as far as it is used. */
type StepClock = Readonly<{
  now: number;
  next(): number;
  countTimers(): number;
  setTimeout(call: () => void, milliseconds: number): unknown;
  clearTimeout(timer: never): void;
}>;

/** So many steps are taken between two looks at what comes from outside, such as a signal, or a rejection that nobody handles. */
const stepsBetweenLooks = 20;
/** A round that goes on for so many steps without time going on turns in circles. */
const mostStepsInPlace = 100_000;

/**
 * Two rounds of the event loop's own queues: after them everything that can go on without time has gone on. In as few
 * promises as can be, since a test runner looks at each.
 */
const rounds = () =>
  new Promise<void>((resolve) => process.nextTick(() => queueMicrotask(() => process.nextTick(resolve))));
/** Before anybody stands in for it, a test runner say. */
const { setImmediate: realImmediate } = globalThis;
const look = () => new Promise<void>((resolve) => realImmediate(resolve));

/** Time that goes on from timer to timer, when it is told to. */
export class SteppedTime {
  readonly #timers: StepClock;
  readonly #start: number;
  #steps = 0;

  constructor(timers: StepClock) {
    this.#timers = timers;
    this.#start = timers.now;
  }

  /** ms since 1970 */
  get now(): number {
    return this.#timers.now;
  }

  /** ms since its start */
  get elapsed(): number {
    return this.#timers.now - this.#start;
  }

  /** Timers that are waiting. */
  get timers(): number {
    return this.#timers.countTimers();
  }

  /** Lets everything go on that needs no time. */
  settle(): Promise<void> {
    return ++this.#steps % stepsBetweenLooks === 0 ? rounds().then(look) : rounds();
  }

  /**
   * Lets time go on, timer by timer.
   * @param until asked after every step
   * @param within ms of virtual time
   * @returns whether it came true; else the time is over
   */
  async run(until: () => boolean, within: number): Promise<boolean> {
    const over = { is: false };
    const end = this.#timers.setTimeout(() => {
      over.is = true;
    }, within);
    await this.settle();
    for (let [at, inPlace] = [this.#timers.now, 0]; !until(); inPlace++) {
      if (over.is) return false;
      this.#timers.next();
      await this.settle();
      if (this.#timers.now !== at) [at, inPlace] = [this.#timers.now, 0];
      if (inPlace > mostStepsInPlace)
        throw new Error(`time stands still after ${this.elapsed} ms: timers without delay`);
    }
    this.#timers.clearTimeout(end as never);
    return true;
  }

  /** Lets so many ms go by. */
  async pass(milliseconds: number): Promise<void> {
    await this.run(() => false, milliseconds);
  }

  /** The result of what needs time to be had. @param within ms of virtual time @throws where that is over before */
  async during<T>(work: Promise<T>, within = 600_000): Promise<T> {
    const done = { is: false };
    const mark = () => {
      done.is = true;
    };
    work.then(mark, mark);
    if (!(await this.run(() => done.is, within))) throw new Error(`not over after ${within} ms of virtual time`);
    return work;
  }
}
