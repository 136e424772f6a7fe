/** Looks once a second at what every process uses and how far the messages are. */
import { systemClock, type Timer } from '../../../infra/clock.ts';
import { type Usage, usageOf } from '../../../infra/engines/processes.ts';

/** `rest`: all is up and nothing is sent. In a backlog run `produce` and `consume` follow each other; `live` is both at once. */
const phases = ['rest', 'produce', 'consume', 'live'] as const;
export type Phase = (typeof phases)[number];

/** `cpu`: cores in use over the last second. `memory`: MiB resident. */
type ProcessSample = Readonly<{ cpu: number; memory: number }>;

/** One look at the processes; `second` counts from the start of the run. */
export type Sample = Readonly<{
  phase: Phase;
  /** From the start of the run. */
  second: number;
  producedPerSecond: number;
  consumedPerSecond: number;
  lag: number;
  processes: Readonly<Record<string, ProcessSample>>;
}>;

type Watched = Readonly<{
  /** Process groups by name; those of children come and go. */
  groups(): ReadonlyMap<string, number>;
  counts(): { produced: number; consumed: number };
}>;

const every = 1000;

/** Looks from its construction on, at first in the phase `rest`; only `stop` ends it. */
export class Recorder {
  readonly #watched: Watched;
  readonly #start = systemClock.monotonic();
  readonly #samples: Sample[] = [];
  readonly #cpu = new Map<Phase, Map<string, number>>();
  #phase: Phase = 'rest';
  #last: { at: number; produced: number; consumed: number; usage: Map<string, Usage> };
  readonly #timer: Timer;

  constructor(watched: Watched) {
    this.#watched = watched;
    this.#last = { at: this.#start, ...watched.counts(), usage: usageOf(watched.groups()) };
    this.#timer = systemClock.every(every, () => this.#look());
  }

  /** The phase before ends with a look of its own, however short it was. */
  enter(phase: Phase): void {
    this.#look();
    this.#phase = phase;
  }

  stop(): readonly Sample[] {
    this.#timer.cancel();
    this.#look();
    return this.#samples;
  }

  /** CPU seconds that each process used in a phase. */
  cpuSeconds(phase: Phase): Record<string, number> {
    return Object.fromEntries(this.#cpu.get(phase) ?? []);
  }

  #look(): void {
    const now = { at: systemClock.monotonic(), ...this.#watched.counts(), usage: usageOf(this.#watched.groups()) };
    const seconds = (now.at - this.#last.at) / 1000;
    // Two looks in the same moment would divide by nothing.
    if (seconds < 0.02) return;
    const processes: Record<string, ProcessSample> = {};
    for (const [name, { cpuSeconds, residentMegabytes }] of now.usage) {
      // A child of the engine that ended takes its seconds with it.
      const used = Math.max(0, cpuSeconds - (this.#last.usage.get(name)?.cpuSeconds ?? 0));
      const sums = this.#cpu.get(this.#phase) ?? new Map<string, number>();
      this.#cpu.set(this.#phase, sums.set(name, (sums.get(name) ?? 0) + used));
      processes[name] = { cpu: used / seconds, memory: residentMegabytes };
    }
    this.#samples.push({
      phase: this.#phase,
      second: (now.at - this.#start) / 1000,
      producedPerSecond: (now.produced - this.#last.produced) / seconds,
      consumedPerSecond: (now.consumed - this.#last.consumed) / seconds,
      lag: Math.max(0, now.produced - now.consumed),
      processes,
    });
    this.#last = now;
  }
}
