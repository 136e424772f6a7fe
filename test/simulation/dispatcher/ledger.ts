/** What is known of every record of the topic, from outside, and what must hold of it at every step. */
import { Line } from './line.ts';
import type { Failures } from './scenario.ts';

export type Entry = {
  /** It is in the record's headers. */
  readonly id: number;
  readonly partition: number;
  readonly offset: number;
  readonly wanted: boolean;
  readonly failures: Failures;
  /** Whose order it keeps; undefined where nothing does. */
  readonly lane: string | undefined;
  /** An aborted one is never to be seen, one of an open transaction not yet. */
  visible: 'yes' | 'open' | 'aborted';
  /** The log has it. */
  there: boolean;
  succeeded: boolean;
  /** It stands in the destination. */
  setAside: boolean;
  /** Deliveries that began, and those that failed and say so of this record. */
  deliveries: number;
  faults: number;
  /** Who has it in this ownership, and how many of its retries are spent as far as that one can know. */
  owner: string;
  spent: number;
  /** In which calls it is. */
  readonly inFlight: Set<Delivery>;
};

/** A call of the function. `ownership` grows with each joining of the instance. */
export type Delivery = Readonly<{ client: string; instance: string; ownership: number; entries: readonly Entry[] }>;

type Rules = Readonly<{
  retries: number;
  destination: boolean;
  /** Consumers of an instance: what one has lost by a session that is over, another may have before the first can know. */
  pollers: number;
  /** Whether a client has been given the partition. */
  owns(client: string, partition: number): boolean;
  /** Retries that are spent by what the group has committed. */
  spentBefore(partition: number, offset: number): number;
  /** Up to where all groups have committed; −1 where one has not at all. */
  committed(partition: number): number;
}>;

const ownerOf = ({ instance, ownership }: Delivery): string => `${instance} ${ownership}`;

/** The records as one group reads them. */
export class Ledger {
  readonly entries: Entry[] = [];
  /** Grows with whatever becomes of a record. */
  activity = 0;
  readonly #rules: Rules;
  readonly #violated: (text: string) => void;
  readonly #byId = new Map<number, Entry>();
  readonly #lanes = new Map<string, Line<Entry>>();
  readonly #partitions = new Map<number, Line<Entry>>();

  /** @param violated called with what does not hold */
  constructor(rules: Rules, violated: (text: string) => void) {
    this.#rules = rules;
    this.#violated = violated;
  }

  add(of: Pick<Entry, 'id' | 'partition' | 'offset' | 'wanted' | 'failures' | 'lane' | 'visible'>): void {
    const fresh = { there: true, succeeded: false, setAside: false, deliveries: 0, faults: 0, owner: '', spent: 0 };
    const entry: Entry = { ...of, ...fresh, inFlight: new Set() };
    this.entries.push(entry);
    this.#byId.set(entry.id, entry);
    this.#line(this.#partitions, entry.partition).add(entry);
    if (entry.lane !== undefined) this.#line(this.#lanes, entry.lane).add(entry);
  }

  #line<K>(lines: Map<K, Line<Entry>>, key: K): Line<Entry> {
    const line = lines.get(key) ?? new Line<Entry>();
    lines.set(key, line);
    return line;
  }

  get(id: number): Entry | undefined {
    return this.#byId.get(id);
  }

  /** The topic was made anew: what its log had is gone, and offsets begin again. */
  begin(): void {
    for (const entry of this.entries) entry.there = false;
    this.#partitions.clear();
    this.#lanes.clear();
  }

  /** Nobody need deal with it any more. */
  readonly isFinished = (entry: Entry): boolean =>
    !entry.there ||
    !entry.wanted ||
    entry.visible === 'aborted' ||
    entry.succeeded ||
    entry.setAside ||
    (!this.#rules.destination && entry.faults > this.#rules.retries);

  unfinished(): Entry[] {
    return this.entries.filter((entry) => !this.isFinished(entry));
  }

  /** Finished, and yet it would be read again. */
  uncommitted(): Entry[] {
    const isDone = (entry: Entry) => entry.there && entry.visible === 'yes' && this.isFinished(entry);
    return this.entries.filter((entry) => isDone(entry) && entry.offset >= this.#rules.committed(entry.partition));
  }

  /** The first of a partition that can be read and is not finished. */
  get waiting(): Entry | undefined {
    return [...this.#partitions.values()]
      .map((line) => line.first(this.isFinished))
      .find((entry) => entry?.visible === 'yes');
  }

  started(delivery: Delivery): void {
    this.activity++;
    const here = new Set(delivery.entries);
    for (const entry of delivery.entries) {
      this.#mayStart(entry, delivery, here);
      this.#mayBeTried(entry, ownerOf(delivery));
      entry.deliveries++;
    }
    for (const entry of here) entry.inFlight.add(delivery);
  }

  /** Whoever gets a partition knows of its records' retries what the owner before has committed; pollers of an instance are not told apart. */
  #mayBeTried(entry: Entry, owner: string): void {
    if (entry.owner !== owner) entry.spent = this.#rules.spentBefore(entry.partition, entry.offset);
    entry.owner = owner;
    if (this.#rules.pollers === 1 && entry.spent > this.#rules.retries) {
      this.#violated(`record ${entry.id} is tried again after all of its ${this.#rules.retries} retries`);
    }
  }

  #mayStart(entry: Entry, { client, instance, ownership }: Delivery, here: ReadonlySet<Entry>): void {
    const what = `record ${entry.id} (${entry.partition}@${entry.offset})`;
    if (entry.visible !== 'yes') this.#violated(`${what} is delivered, though its transaction is ${entry.visible}`);
    if (!entry.wanted) this.#violated(`${what} is delivered, though the filter does not want it`);
    if (!this.#rules.owns(client, entry.partition)) this.#violated(`${what} is not ${instance}'s to deliver`);
    for (const other of entry.inFlight) {
      if (this.#rules.pollers === 1 && other.instance === instance && other.ownership === ownership) {
        this.#violated(`${what} is in two calls at once, both of ${instance}`);
      }
    }
    if (entry.lane === undefined || !entry.there) return;
    const before = this.#lanes.get(entry.lane)?.first((one) => one.visible === 'open' || this.isFinished(one));
    if (before && before.offset < entry.offset && !here.has(before)) {
      this.#violated(`${what} starts before record ${before.id} (offset ${before.offset}) of the same order is done`);
    }
  }

  /**
   * @param failed those that the outcome says are to be tried again; without it the call was not an attempt
   * @param splits whether the batch is halved for it, which takes no retry
   */
  ended(delivery: Delivery, failed: readonly Entry[] | undefined, splits = false): void {
    this.activity++;
    for (const entry of delivery.entries) {
      entry.inFlight.delete(delivery);
      if (failed?.includes(entry)) {
        entry.faults++;
        if (!splits && entry.owner === ownerOf(delivery)) entry.spent++;
      } else if (failed) entry.succeeded = true;
    }
  }

  /** A letter about the record is in the destination. */
  stored(entry: Entry, condition: string): void {
    if (condition === 'RetryAttemptsExhausted' && entry.faults <= this.#rules.retries) {
      this.#violated(`record ${entry.id} is given up after ${entry.faults} failures of ${this.#rules.retries + 1}`);
    }
    this.activity++;
    entry.setAside = true;
  }

  committed(partition: number, offset: number): void {
    this.activity++;
    const first = this.#partitions.get(partition)?.first(this.isFinished);
    if (first && first.offset < offset && first.visible === 'yes') {
      this.#violated(`a commit of ${partition}@${offset} passes record ${first.id} (offset ${first.offset}), not done`);
    }
  }
}
