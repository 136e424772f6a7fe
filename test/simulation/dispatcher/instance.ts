/** A dispatcher as a process: started, told to end, killed, started again. */

import { systemClock } from '../../../infra/clock.ts';
import type { Plan } from '../../../infra/dispatcher/config/mapping.ts';
import { type Dispatcher, startDispatcher } from '../../../infra/dispatcher/dispatcher.ts';
import type { Machine } from '../../../infra/dispatcher/invoke/functionWorker.ts';
import type { Held } from '../../../infra/dispatcher/read/fetchControl.ts';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import { type Process, processOf } from './machine.ts';
import type { Ending } from './scenario.ts';

/** ms for the work in flight of one that is told to end, and ms that it may need beyond that. */
const drainTime = 5000;
const leaveTime = 5000;
/** ms after which one that could not start is started again, as whoever watches over a process does. */
const startAgain = 1000;

/** Of one start. `ownership` grows with each joining of the instance. */
export type Running = Readonly<{ process: Process; client: string; instance: string; ownership(): number }>;

export type InstanceOptions = Readonly<{
  name: string;
  random: Random;
  kafka: SimulatedKafka;
  plan: Plan;
  held?: Held | undefined;
  waits?: Machine['waits'];
  /** What its functions run in. */
  workersOf(running: Running): Machine['startWorker'];
  /** What comes before the dispatcher starts. */
  before?(process: Process): Promise<unknown>;
  /** Called when it is up. */
  up?(process: Process): void;
  /** Called with what must not happen. */
  violated(text: string): void;
  said(line: string, level?: string): void;
}>;

type Life = { process: Process; dispatcher: Promise<Dispatcher>; ended: boolean };

export class Instance {
  readonly name: string;
  readonly #of: InstanceOptions;
  #lives = 0;
  #life: Life | undefined;
  #over = false;
  #skew = 0;
  #jumped = 0;
  ownership = 0;
  /** How often one was killed: what a killed one had connected is never closed. */
  kills = 0;

  constructor(options: InstanceOptions) {
    this.name = options.name;
    this.#of = options;
    options.kafka.trace.listen(({ exchange }) => {
      if (exchange?.api === 'JoinGroup' && exchange.clientId === this.name) this.ownership++;
    });
  }

  get runs(): boolean {
    return this.#life !== undefined;
  }

  start(): void {
    if (this.#life || this.#over) return;
    const { random, kafka, plan, held, waits, workersOf, before, up, said } = this.#of;
    this.ownership++;
    const instance = `${this.name}.${++this.#lives}`;
    this.#skew = random.happens(0.8) ? 0 : random.between(-90_000, 90_000);
    const process = processOf(
      random.branch(),
      kafka.socketFactory,
      () => systemClock.now() + this.#skew + this.#jumped,
    );
    const ownership = () => this.ownership;
    const client = this.name;
    const startWorker = workersOf({ process, client, instance, ownership });
    const log = (level: string) => (text: string) => process.alive() && said(`${instance} ${level}: ${text}`, level);
    const start = () =>
      startDispatcher({
        ...plan,
        brokers: kafka.addresses,
        clientId: this.name,
        ...(held && { held }),
        log: { info: log('info'), warn: log('warn'), error: log('error') },
        machine: { clock: process.clock, startWorker, socketFactory: process.socketFactory, ...(waits && { waits }) },
      });
    const dispatcher = before ? before(process).then(start) : start();
    const life: Life = { process, dispatcher, ended: false };
    this.#life = life;
    dispatcher
      .then(() => process.alive() && !life.ended && up?.(process))
      .catch((error: Error) => {
        if (!process.alive() || life.ended) return;
        said(`${instance} does not start: ${error.message}`);
        this.#life = undefined;
        setTimeout(() => this.start(), startAgain);
      });
  }

  kill(): void {
    if (!this.#life) return;
    this.#life.process.kill();
    this.#life = undefined;
    this.kills++;
    this.#of.said(`${this.name} is killed`);
  }

  /** Sets its wall clock so many ms ahead, or back. */
  jump(by: number): void {
    this.#jumped += by;
  }

  /** It is started again some time after. */
  async endFor({ kind, back }: Ending): Promise<void> {
    if (kind === 'kill') this.kill();
    else await this.drain();
    this.#of.kafka.after(back, () => this.start());
  }

  /** As `drain`, and it is not started again. */
  async end(): Promise<void> {
    this.#over = true;
    await this.drain();
  }

  /** Resolves when it has ended in good order, which takes no longer than it may. */
  async drain(): Promise<void> {
    const life = this.#life;
    if (!life) return;
    life.ended = true;
    const { process, dispatcher } = life;
    const running = await dispatcher.catch(() => undefined);
    const since = process.clock.monotonic();
    if (process.alive()) await running?.drain(drainTime);
    if (!process.alive()) return;
    const took = process.clock.monotonic() - since;
    if (took > drainTime + leaveTime) this.#of.violated(`${this.name} took ${Math.round(took)} ms to end`);
    if (this.#life === life) this.#life = undefined;
  }
}
