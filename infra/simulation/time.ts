import { install } from '@sinonjs/fake-timers';
import { type Clock, systemClock } from '../clock.ts';
import { Random } from './random.ts';

/** Rounds of the event loop's own queues after which everything that can go on without time has gone on. */
const rounds = 2;
/** So many steps are taken between two looks at what comes from outside, such as a signal. */
const stepsBetweenLooks = 2000;
/** A round that goes on for so many steps without time going on turns in circles. */
const mostStepsInPlace = 100_000;

const tick = () => new Promise<void>((resolve) => process.nextTick(resolve));
const look = () => new Promise<void>((resolve) => setImmediate(resolve));

/**
 * Time that goes on when it is told to, for everything that takes the global timers, and chance from a seed for everything
 * that takes the global one. There is one at a time.
 */
export class VirtualTime {
  readonly #clock: ReturnType<typeof install>;
  readonly #start: number;
  readonly #restore: () => void;
  /** For what is given its clock: the same time, and chance from the same seed. */
  readonly clock: Clock;
  #steps = 0;

  /** @param start ms since 1970 */
  constructor(seed: number, start = Date.UTC(2026, 0, 1)) {
    this.#start = start;
    this.#clock = install({
      now: start,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance', 'hrtime'],
    });
    const random = new Random(seed);
    this.#restore = seedChance(random.branch());
    this.clock = clockWith(random.branch());
  }

  /** ms since 1970 */
  get now(): number {
    return this.#clock.now;
  }

  /** ms since its start */
  get elapsed(): number {
    return this.#clock.now - this.#start;
  }

  /** Timers that are waiting. */
  get timers(): number {
    return this.#clock.countTimers();
  }

  /** Lets everything go on that needs no time. */
  async settle(): Promise<void> {
    for (let round = 0; round < rounds; round++) await tick();
    if (++this.#steps % stepsBetweenLooks === 0) await look();
  }

  /**
   * Lets time go on, timer by timer.
   * @param until asked after every step
   * @param within ms of virtual time
   * @returns whether it came true; else the time is over
   */
  async run(until: () => boolean, within: number): Promise<boolean> {
    const over = { is: false };
    const end = setTimeout(() => {
      over.is = true;
    }, within);
    await this.settle();
    for (let [at, inPlace] = [this.#clock.now, 0]; !until(); inPlace++) {
      if (over.is) return false;
      this.#clock.next();
      await this.settle();
      if (this.#clock.now !== at) [at, inPlace] = [this.#clock.now, 0];
      if (inPlace > mostStepsInPlace)
        throw new Error(`time stands still after ${this.elapsed} ms: timers without delay`);
    }
    clearTimeout(end);
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

  /** Gives the real time and chance back. */
  uninstall(): void {
    this.#clock.uninstall();
    this.#restore();
  }
}

/** The system's clock, which takes the global timers, with chance of its own. */
function clockWith(random: Random): Clock {
  const hex = (digits: number) => Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return {
    ...systemClock,
    random: () => random.fraction(),
    uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${random.one(['8', '9', 'a', 'b'])}${hex(3)}-${hex(12)}`,
  };
}

/** @returns what undoes it */
function seedChance(random: Random): () => void {
  const { random: realRandom } = Math;
  const realValues = crypto.getRandomValues;
  Math.random = () => random.fraction();
  crypto.getRandomValues = <T extends ArrayBufferView | null>(into: T): T => {
    const bytes = into ? new Uint8Array(into.buffer, into.byteOffset, into.byteLength) : [];
    for (let index = 0; index < bytes.length; index++) bytes[index] = random.between(0, 255);
    return into;
  };
  return () => {
    Math.random = realRandom;
    crypto.getRandomValues = realValues;
  };
}
