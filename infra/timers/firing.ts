/**
 * Turns due times into commands. An open slot's are held here until their moment, then published together with whatever
 * else is due, and forgotten by Redis only when Kafka has all of the slot. A crash in between publishes the same
 * commands again, which the functions recognise by their version.
 */
import type { Due, DueTimes } from '../../functions/orders/ports.ts';
import { commandTopic } from '../../functions/orders/topics.ts';
import type { Log, LogRecord } from '../../functions/runtime/ports.ts';
import { type Clock, sleep, type Timer } from '../clock.ts';

/** Ms from one publication to the next, at least: what becomes due meanwhile shares it. */
const gap = 5;
/** Ms until Kafka is tried again. */
const patience = 1000;
/** Commands of one publication: some hundred kB. */
const mostTogether = 5000;
/** Overdue slots that are opened in one go. */
const mostSlots = 200;

/** `commands` were published, the latest of them so many ms after its moment. */
export type Fired = Readonly<{ commands: number; latest: number }>;
/** `fired`: a publication of at least one command, but for that of `close`. `failed`: what Kafka or Redis threw. */
export type Watch = Readonly<{ fired(what: Fired): void; failed(error: unknown): void }>;
/** Slots are read from `dueTimes` and forgotten there; commands are published to `log`. */
type Options = Readonly<{ dueTimes: DueTimes; log: Log; clock: Clock; watch: Watch }>;

/** What was read of a slot and is not forgotten yet, by order and version, and what of it is published. */
type Slot = { readonly slot: number; readonly held: Map<string, Due>; published: Due[] };
type Held = Readonly<{ due: Due; slot: Slot }>;

/** Fires nothing by itself: `open` or `sweep` has to read the slots first. */
export class Firing {
  readonly #in: Options;
  readonly #slots = new Map<number, Slot>();
  /** Soonest first. */
  #queue: Held[] = [];
  #running: Promise<void> | undefined;
  #timer: Timer | undefined;
  #closed = false;

  constructor(options: Options) {
    this.#in = options;
  }

  /** Reads these slots, and fires each command that is not held yet at its moment. @throws when Redis is away */
  async open(names: readonly number[]): Promise<void> {
    const empty: Slot[] = [];
    for (const { slot: name, due } of await this.#in.dueTimes.read(names)) {
      const slot = this.#slots.get(name) ?? { slot: name, held: new Map(), published: [] };
      for (const one of due) this.#hold(slot, one);
      if (slot.held.size > 0) this.#slots.set(name, slot);
      else empty.push(slot);
    }
    this.#queue.sort((a, b) => a.due.at - b.due.at);
    this.#schedule();
    if (empty.length > 0) await this.#in.dueTimes.done(empty.map(({ slot }) => ({ slot, due: [] })));
  }

  /** Opens the slots that are over and held by nobody here: their alarm was lost. @throws when Redis is away */
  async sweep(): Promise<void> {
    const over = await this.#in.dueTimes.slots(this.#in.clock.now(), mostSlots);
    await this.open(over.filter((slot) => !this.#slots.has(slot)));
  }

  /** Publishes what is due, and holds nothing any more: the rest stays in Redis. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#running;
    try {
      await this.#fire();
      await this.#forget([...this.#slots.values()].filter(({ published }) => published.length > 0));
    } catch (error) {
      this.#in.watch.failed(error);
    }
  }

  #hold(slot: Slot, due: Due): void {
    const name = nameOf(due);
    if (slot.held.has(name)) return;
    slot.held.set(name, due);
    this.#queue.push({ due, slot });
  }

  /** Fires when the first command is due. */
  #schedule(): void {
    this.#timer?.cancel();
    const [first] = this.#queue;
    if (!first || this.#running || this.#closed) return;
    const { clock } = this.#in;
    this.#timer = clock.after(Math.max(0, first.due.at - clock.now()), () => this.#run());
  }

  #run(): void {
    const { watch, clock } = this.#in;
    const attempt = async (): Promise<void> => {
      let pause = gap;
      try {
        const fired = await this.#fire();
        if (fired.commands > 0) watch.fired(fired);
      } catch (error) {
        watch.failed(error);
        pause = patience;
      }
      if (!this.#closed) await sleep(clock, pause);
    };
    this.#running = attempt().finally(() => {
      this.#running = undefined;
      this.#schedule();
    });
  }

  /** Publishes everything that is due now. @throws when Kafka or Redis is away; nothing is lost */
  async #fire(): Promise<Fired> {
    const firedAt = this.#in.clock.now();
    const later = this.#queue.findIndex(({ due }) => due.at > firedAt);
    const now = this.#queue.splice(0, Math.min(later < 0 ? this.#queue.length : later, mostTogether));
    if (now.length === 0) return { commands: 0, latest: 0 };
    try {
      await this.#in.log.publish(now.map(({ due }) => commandRecord(due, firedAt)));
    } catch (error) {
      this.#queue = [...now, ...this.#queue];
      throw error;
    }
    for (const { slot, due } of now) slot.published.push(due);
    await this.#forget([...new Set(now.map(({ slot }) => slot))].filter(isOver));
    return { commands: now.length, latest: now.reduce((most, { due }) => Math.max(most, firedAt - due.at), 0) };
  }

  /** What these slots have published; what is read of them meanwhile stays. */
  async #forget(slots: readonly Slot[]): Promise<void> {
    if (slots.length === 0) return;
    const told = slots.map((of) => ({ of, slot: of.slot, due: of.published }));
    for (const slot of slots) slot.published = [];
    try {
      await this.#in.dueTimes.done(told);
    } finally {
      // Also where it failed: the sweep then finds them, and publishes them again.
      for (const { of, due } of told) {
        for (const one of due) of.held.delete(nameOf(one));
        if (of.held.size === 0) this.#slots.delete(of.slot);
      }
    }
  }
}

const isOver = ({ held, published }: Slot): boolean => held.size === published.length;

const nameOf = ({ orderId, version }: Due): string => `${orderId}:${version}`;

const commandRecord = ({ orderId, version, command, at }: Due, firedAt: number): LogRecord => ({
  topic: commandTopic(command),
  key: orderId,
  value: JSON.stringify({ orderId, version, due: { at, firedAt } }),
});
