import { install } from '@sinonjs/fake-timers';
import { type Clock, systemClock } from '../clock.ts';
import { Random } from './random.ts';
import { SteppedTime } from './steppedTime.ts';

/**
 * Time that goes on when it is told to, for everything that takes the global timers, and chance from a seed for everything
 * that takes the global one. There is one at a time.
 */
export class VirtualTime extends SteppedTime {
  readonly #restore: () => void;
  /** For what is given its clock: the same time, and chance from the same seed. */
  readonly clock: Clock;

  /** @param start ms since 1970 */
  constructor(seed: number, start = Date.UTC(2026, 0, 1)) {
    const timers = install({
      now: start,
      toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval', 'Date', 'performance', 'hrtime'],
    });
    super(timers);
    const random = new Random(seed);
    const restore = seedChance(random.branch());
    this.#restore = () => {
      timers.uninstall();
      restore();
    };
    this.clock = { ...systemClock, ...chanceOf(random.branch()) };
  }

  /** Gives the real time and chance back. */
  uninstall(): void {
    this.#restore();
  }
}

/** Chance for a clock. */
export function chanceOf(random: Random): Pick<Clock, 'random' | 'uuid'> {
  const hex = (digits: number) => Array.from({ length: digits }, () => random.between(0, 15).toString(16)).join('');
  return {
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
