/** Holds that what waits is worked on: nothing stands still for longer than a bound, unless somebody says why. */
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Ledger } from './ledger.ts';

/** ms that a request whose answer is lost is waited for, then a joining, then a call of the function, and some. */
const bound = 60_000;
const betweenLooks = 1000;

type Watched = Readonly<{
  kafka: SimulatedKafka;
  ledgers: ReadonlyMap<string, Ledger>;
  /** ms */
  now(): number;
  violated(text: string): void;
}>;

/** From its making on, until the cluster is closed. */
export class Standstill {
  readonly #of: Watched;
  readonly #seen = new Map<string, Readonly<{ activity: number; since: number }>>();
  #excused = 0;

  constructor(of: Watched) {
    this.#of = of;
    this.#look();
  }

  /** Until then nobody needs to get on: something disturbs them, or they say why they do not. @param at ms */
  excused(at: number): void {
    this.#excused = Math.max(this.#excused, at);
  }

  #look(): void {
    const { kafka, ledgers, now, violated } = this.#of;
    for (const [name, ledger] of ledgers) {
      const { activity, waiting } = ledger;
      const before = this.#seen.get(name);
      if (!before || before.activity !== activity || !waiting) this.#seen.set(name, { activity, since: now() });
      else if (now() - Math.max(before.since, this.#excused) > bound) {
        const { id, partition, offset } = waiting;
        violated(
          `nothing moves for ${bound / 1000} s, and nobody says why: record ${id} (${partition}@${offset}) waits`,
        );
      }
    }
    kafka.after(betweenLooks, () => this.#look());
  }
}
