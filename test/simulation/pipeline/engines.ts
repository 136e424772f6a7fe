/** Redis, the mail server and Elasticsearch as the features' ports see them, in memory. */
import type { Letter, StepName } from '../../../functions/notifications/ports.ts';
import type { Advance, Due } from '../../../functions/orders/ports.ts';
import { isImmediate, type Progress, stepId } from '../../../functions/orders/records.ts';
import { opensAt, slotOf } from '../../../functions/orders/timerSlots.ts';
import type { Document } from '../../../functions/runtime/ports.ts';
import type { Clock } from '../../../infra/clock.ts';

/** Everything that Redis holds; each method is one script, so nothing comes between its parts. */
export class Store {
  readonly orders = new Map<string, Progress>();
  readonly slots = new Map<number, Map<string, Due>>();
  readonly #marks = new Map<string, number>();
  readonly #width: number;
  readonly #clock: Clock;

  /** @param width of a slot of due times, ms */
  constructor(width: number, clock: Clock) {
    this.#width = width;
    this.#clock = clock;
  }

  load(ids: readonly string[]): (Progress | undefined)[] {
    return ids.map((id) => this.orders.get(id));
  }

  advance(advances: readonly Advance[]): { written: boolean[]; slots: number[] } {
    const alarms = new Set<number>();
    const written = advances.map(({ order, known, history }) => {
      if ((this.orders.get(order.orderId)?.history.length ?? 0) !== known) return false;
      const progress = { order, history: [...history] };
      this.orders.set(order.orderId, progress);
      const put = this.#arm(progress);
      if (put && (put.fresh || opensAt(put.slot, this.#width) <= this.#clock.now())) alarms.add(put.slot);
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

/** The letters that the mail server took: by step, how often each Message-ID came. */
export class Mailbox {
  readonly letters = new Map<string, Map<string, number>>();

  take(letter: Letter, step: string): void {
    const ids = this.letters.get(step) ?? new Map<string, number>();
    this.letters.set(step, ids.set(letter.messageId, (ids.get(letter.messageId) ?? 0) + 1));
  }
}

/** The documents that Elasticsearch took, by index and id; one whose id is there already counts as written. */
export class Index {
  readonly documents = new Map<string, Document>();

  create(documents: readonly Document[]): [] {
    for (const document of documents) {
      const name = `${document.index}/${document.id}`;
      if (!this.documents.has(name)) this.documents.set(name, document);
    }
    return [];
  }
}
