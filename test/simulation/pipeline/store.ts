/** Redis as the features' ports see it, in memory. */
import type { StepName } from '../../../functions/notifications/ports.ts';
import { isFinal } from '../../../functions/orders/lifecycle.ts';
import type { Advance, Due } from '../../../functions/orders/ports.ts';
import { isImmediate, type Progress, stepId } from '../../../functions/orders/records.ts';
import { opensAt, slotOf } from '../../../functions/orders/timerSlots.ts';
import { systemClock, type Timer } from '../../../infra/clock.ts';

type Copy = Readonly<{
  at: number;
  caughtUp: string | undefined;
  orders: ReadonlyMap<string, Progress>;
  slots: ReadonlyMap<number, ReadonlyMap<string, Due>>;
  marks: ReadonlyMap<string, number>;
}>;

/** Seconds of which a copy is kept. */
const kept = 5;

function refill<K, V>(map: Map<K, V>, entries: Iterable<readonly [K, V]>): void {
  map.clear();
  for (const [key, value] of entries) map.set(key, value);
}

/** Everything that Redis holds; each method is one script, so nothing comes between its parts. */
export class Store {
  readonly orders = new Map<string, Progress>();
  readonly slots = new Map<number, Map<string, Due>>();
  /** Orders that have come to their end; this is never forgotten. */
  readonly ended = new Set<string>();
  readonly #marks = new Map<string, number>();
  readonly #width: number;
  /** Which run of its server this is, and which one was last brought up to the log. */
  #runs = 1;
  #caughtUp: string | undefined;
  readonly #alarms = new Set<Timer>();
  #copies: Copy[] = [];
  /** Slots whose alarm rang while nobody listened. */
  #unheard: number[] = [];
  #ring: (slot: number) => boolean = () => false;

  /** @param width of a slot of due times, ms */
  constructor(width: number) {
    this.#width = width;
  }

  /** What a power cut leaves: `everysec` writes once a second. */
  sync(): void {
    const slots = new Map([...this.slots].map(([slot, due]) => [slot, new Map(due)] as const));
    const copy = {
      at: systemClock.now(),
      caughtUp: this.#caughtUp,
      orders: new Map(this.orders),
      slots,
      marks: new Map(this.#marks),
    };
    this.#copies = [copy, ...this.#copies].slice(0, kept);
  }

  /** Goes back to what it had written so many ms ago; alarms are lost in any case. */
  forget(ago: number): void {
    const copy = this.#copies.find(({ at }) => at <= systemClock.now() - ago);
    refill(this.orders, copy?.orders ?? []);
    refill(
      this.slots,
      [...(copy?.slots ?? [])].map(([slot, due]) => [slot, new Map(due)] as const),
    );
    refill(this.#marks, copy?.marks ?? []);
    this.#runs++;
    this.#caughtUp = copy?.caughtUp;
    this.#copies = [];
    for (const alarm of this.#alarms) alarm.cancel();
    this.#alarms.clear();
    this.#unheard = [];
  }

  /** @param ring called with a slot whose alarm rings, first with those that nobody heard; false where it is not heard any more */
  hear(ring: (slot: number) => boolean): void {
    this.#ring = ring;
    for (const slot of this.#unheard.splice(0)) this.#rings(slot);
  }

  #rings(slot: number): void {
    if (!this.#ring(slot)) this.#unheard.push(slot);
  }

  get #run(): string {
    return `run ${this.#runs}`;
  }

  get isCaughtUp(): boolean {
    return this.#caughtUp === this.#run;
  }

  beginCatchingUp(): { run: string; lately: boolean } {
    const noted = this.#caughtUp;
    if (noted !== this.#run) this.#caughtUp = `${this.#run} under way`;
    return { run: this.#run, lately: noted !== undefined && !noted.endsWith(' under way') };
  }

  setCaughtUp(run: string): boolean {
    if (run === this.#run) this.#caughtUp = run;
    return run === this.#run;
  }

  /** @throws where it may have forgotten orders, and has not been brought up to the log yet */
  guard(): this {
    if (!this.isCaughtUp) throw new Error('BEHIND');
    return this;
  }

  setAlarms(slots: readonly number[], now: number): void {
    for (const slot of slots) {
      const alarm = systemClock.after(Math.max(0, opensAt(slot, this.#width) - now), () => {
        this.#alarms.delete(alarm);
        this.#rings(slot);
      });
      this.#alarms.add(alarm);
    }
  }

  load(ids: readonly string[]): (Progress | undefined)[] {
    return ids.map((id) => this.orders.get(id));
  }

  advance(advances: readonly Advance[], now: number): { written: boolean[]; slots: number[] } {
    const alarms = new Set<number>();
    const written = advances.map(({ order, known, history }) => {
      if ((this.orders.get(order.orderId)?.history.length ?? 0) !== known) return false;
      const progress = { order, history: [...history] };
      this.orders.set(order.orderId, progress);
      if (isFinal(history.at(-1)?.to ?? 'processing')) this.ended.add(order.orderId);
      const put = this.#arm(progress);
      if (put && (put.fresh || opensAt(put.slot, this.#width) <= now)) alarms.add(put.slot);
      return true;
    });
    return { written, slots: [...alarms] };
  }

  remind(orders: readonly Progress[]): number[] {
    return [...new Set(orders.flatMap((progress) => this.#arm(progress)?.slot ?? []))];
  }

  #arm({ order: { orderId }, history }: Progress): { slot: number; fresh: boolean } | undefined {
    const last = history.at(-1);
    if (!last?.next || isImmediate(last)) return undefined;
    const slot = slotOf(last.next.at, this.#width);
    const fresh = !this.slots.has(slot);
    const held = this.slots.get(slot) ?? new Map<string, Due>();
    this.slots.set(slot, held.set(stepId(orderId, last.version), { orderId, version: last.version, ...last.next }));
    return { slot, fresh };
  }

  slotsUntil(until: number, most: number): number[] {
    return [...this.slots.keys()]
      .filter((slot) => slot <= until)
      .sort((a, b) => a - b)
      .slice(0, most);
  }

  read(slots: readonly number[]): { slot: number; due: Due[] }[] {
    return slots.map((slot) => ({ slot, due: [...(this.slots.get(slot)?.values() ?? [])] }));
  }

  done(slots: readonly { slot: number; due: readonly Due[] }[]): void {
    for (const { slot, due } of slots) {
      const held = this.slots.get(slot);
      for (const { orderId, version } of due) held?.delete(stepId(orderId, version));
      if (held?.size === 0) this.slots.delete(slot);
    }
  }

  check(steps: readonly StepName[]): (number | undefined)[] {
    return steps.map(({ orderId, version }) => this.#marks.get(stepId(orderId, version)));
  }

  mark({ orderId, version }: StepName, at: number): void {
    if (this.orders.has(orderId)) this.#marks.set(stepId(orderId, version), at);
  }
}
