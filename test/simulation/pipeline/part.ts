/** A process that is no dispatcher: started, killed, started again. */
import { systemClock } from '../../../infra/clock.ts';
import { type Process, processOf } from '../dispatcher/machine.ts';
import { tolerated } from './faults.ts';
import { type Surroundings, type System, surroundingsOf } from './system.ts';

/** ms after which one that died is started again, as whoever watches over a process does. */
export const startAgain = 500;

export class Part<T> {
  readonly #system: System;
  readonly #begin: (of: Surroundings) => Promise<T> | T;
  #process: Process | undefined;
  #skew = 0;
  /** What it is, while it runs. */
  running: T | undefined;

  /** @param begin what it does when it is started; where that fails, it is started again */
  constructor(system: System, begin: (of: Surroundings) => Promise<T> | T) {
    this.#system = system;
    this.#begin = begin;
  }

  start(): void {
    if (this.#process) return;
    const { random, kafka } = this.#system;
    const process = processOf(random.branch(), kafka.socketFactory, () => systemClock.now() + this.#skew);
    this.#process = process;
    const die = () => {
      if (!process.alive()) return;
      this.kill();
      kafka.after(startAgain, () => this.start());
    };
    const begin = async () => this.#begin(surroundingsOf(this.#system, process, die));
    begin().then(
      (running) => {
        if (process.alive()) this.running = running;
      },
      (error) => {
        die();
        tolerated(error);
      },
    );
  }

  kill(): void {
    this.#process?.kill();
    this.#process = this.running = undefined;
  }

  /** Sets its wall clock so many ms ahead, or back. */
  jump(by: number): void {
    this.#skew += by;
  }
}
