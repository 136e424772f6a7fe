import { createClock } from '@sinonjs/fake-timers';
import type { Clock, Timer } from '../clock.ts';
import { Random } from './random.ts';
import { type Escapes, type Scope, scoped, standIn, type Timers } from './scope.ts';
import { SteppedTime } from './steppedTime.ts';
import { chanceOf } from './time.ts';

/** Before anybody stands in for them, a test runner say. */
const { setImmediate: realImmediate, setTimeout: realTimeout } = globalThis;
/** Turns of the event loop in which what was begun in it, and needs no time, goes on. */
const turns = 2;
const turn = () => new Promise<void>((resolve) => realImmediate(resolve));
/** Real ms that a call is waited for because of sockets that were open before it. */
const openSocketPatience = 500;
/** Real ms between two looks at whether the machine still has something to do. */
const pause = 1;

/** In real ms: how long the youngest that runs has gone on, and for how long the one with most time may; 0 where none runs. */
export type AtWork = Readonly<{ age: number; left: number }>;

/**
 * Virtual time for what runs in it, and for all that this calls and awaits. Beside it, in the same process, there are real
 * time, and others of its kind.
 */
export class ScopedTime extends SteppedTime {
  readonly clock: Clock;
  readonly #scope: Scope;
  readonly #atWork: () => AtWork;
  #before: ReadonlyMap<string, number> = new Map();

  /**
   * @param start ms since 1970
   * @param atWork what runs in it and may wait for the machine: a file, a socket, a timer that is none of ours. While it does,
   * time stands still
   */
  constructor(seed: number, start: number, atWork: () => AtWork) {
    const timers = createClock(start);
    super(timers);
    this.#scope = { timers };
    this.#atWork = atWork;
    this.clock = clockOf(timers, start, new Random(seed));
  }

  /** The global timers and `Date` are this time's for the work, until it has ended. */
  async enter<T>(work: () => Promise<T>): Promise<T> {
    const leave = standIn();
    this.#before = resources();
    try {
      return await scoped(this.#scope, work);
    } finally {
      leave();
    }
  }

  /** The work, and all that it begins, as what may throw from its timers and end its process. */
  apart<T>(escapes: Escapes, work: () => T): T {
    return scoped({ ...this.#scope, escapes }, work);
  }

  override settle(): Promise<void> {
    return super.settle().then(() => (this.#atWork().left > 0 ? this.#machineSettles() : undefined));
  }

  async #machineSettles(): Promise<void> {
    for (let count = 0; count < turns && this.#atWork().left > 0; count++) await turn();
    while (this.#machineIsAsked()) await pauseReally();
  }

  /** A socket that was open before may be what an answer is awaited from, and mostly is not. */
  #machineIsAsked(): boolean {
    const { age, left } = this.#atWork();
    if (left <= 0) return false;
    const now = resources();
    if ([...now].some(([kind, count]) => count > (this.#before.get(kind) ?? 0))) return true;
    return age < openSocketPatience && now.has('TCPSocketWrap');
  }
}

/** Pauses under way: those of others like us are nothing that anybody waits for. */
let pauses = 0;

async function pauseReally(): Promise<void> {
  pauses++;
  await new Promise((resolve) => realTimeout(resolve, pause));
  pauses--;
}

/** What keeps Node running, and how many there are of each kind. */
function resources(): Map<string, number> {
  const counts = new Map([['Timeout', -pauses]]);
  for (const kind of process.getActiveResourcesInfo()) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  // Over in a turn, whose ever it is.
  counts.delete('Immediate');
  return counts;
}

function clockOf(timers: Timers, start: number, random: Random): Clock {
  const once = (milliseconds: number, call: () => void): Timer => {
    const timer = timers.setTimeout(call, milliseconds);
    return { cancel: () => timers.clearTimeout(timer) };
  };
  const again = (milliseconds: number, call: () => void): Timer => {
    const timer = timers.setInterval(call, milliseconds);
    return { cancel: () => timers.clearInterval(timer) };
  };
  return {
    now: () => timers.now,
    monotonic: () => timers.now - start,
    after: once,
    every: again,
    ...chanceOf(random),
  };
}
