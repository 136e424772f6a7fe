/**
 * Tells watchers each transition of an order, in its order and once. An event in Kafka is only a nudge (it may come
 * twice, late or out of order): what is told is always the history in Redis, which is written before the event.
 * So a watcher that reads slowly costs nothing but the number of steps it has been told.
 */
import type { ServerWritableStream } from '@grpc/grpc-js';
import { isFinal } from '../../functions/orders/lifecycle.ts';
import type { Orders } from '../../functions/orders/ports.ts';
import type { Progress } from '../../functions/orders/records.ts';
import type { WatchOrderRequest, WatchOrderResponse } from '../../proto/gen/despacho/orders/v1/orders.ts';
import type { Clock, Timer } from '../clock.ts';
import type { Listener } from './events.ts';
import { Refusal } from './refusal.ts';
import { transitionOf } from './translate.ts';

type Call = ServerWritableStream<WatchOrderRequest, WatchOrderResponse>;
/** Whom a watch is counted for, and whose orders are told: of another's it is not told either that there is one. */
type Watcher = Readonly<{ name: string; owns: (owner: string | undefined) => boolean }>;
type Watch = {
  readonly call: Call;
  readonly caller: string;
  readonly owns: Watcher['owns'];
  told: number;
  full: boolean;
  readonly patience: Timer;
};

const mostWatches = 10_000;
/** Of one caller, so that none locks the others out. */
const mostOfCaller = 1000;
const loadedAtOnce = 500;
/**
 * ms from one look at all that is watched to the next, whatever events tell: some may never come. Where a partition gets
 * another leader, kafkajs joins its group anew while it fetches from other brokers, and is told nothing of what is
 * written until it has asked where the log ends; an order whose last step fell into that was watched for ever.
 */
const lookEvery = 5000;
/** How long an order that nobody knows is waited for: it may have been placed a moment ago. */
const patienceMilliseconds = 5000;

/**
 * At most 10,000 watches, and 1000 of one caller: further ones end with RESOURCE_EXHAUSTED. An order that is not
 * known within 5 s ends with NOT_FOUND; without Kafka or Redis, and on `stop`, watches end with UNAVAILABLE.
 */
export class Watches implements Listener {
  readonly #orders: Orders;
  readonly #clock: Clock;
  readonly #watches = new Map<string, Set<Watch>>();
  readonly #moved = new Set<string>();
  readonly #callers = new Map<string, number>();
  #count = 0;
  #telling = false;
  #looking: Timer | undefined;

  constructor(orders: Orders, clock: Clock) {
    this.#clock = clock;
    this.#orders = orders;
  }

  add(orderId: string, call: Call, watcher: Watcher): void {
    const { name: caller, owns } = watcher;
    if (this.#count >= mostWatches) {
      call.emit('error', new Refusal('full', `${mostWatches} orders are watched already`));
      return;
    }
    const own = this.#callers.get(caller) ?? 0;
    if (own >= mostOfCaller) {
      call.emit('error', new Refusal('full', `you watch ${mostOfCaller} orders already`));
      return;
    }
    this.#callers.set(caller, own + 1);
    const unknown = () => this.#end(orderId, watch, new Refusal('unknown', `no order ${orderId}`));
    const patience = this.#clock.after(patienceMilliseconds, unknown);
    const watch: Watch = { call, caller, owns, told: 0, full: false, patience };
    const others = this.#watches.get(orderId) ?? new Set();
    this.#watches.set(orderId, others.add(watch));
    this.#count++;
    this.#looking ??= this.#clock.every(lookEvery, () => this.missed());
    call.on('cancelled', () => this.#remove(orderId, watch));
    call.on('drain', () => {
      watch.full = false;
      this.moved([orderId]);
    });
    this.moved([orderId]);
  }

  moved(orderIds: readonly string[]): void {
    for (const orderId of orderIds) if (this.#watches.has(orderId)) this.#moved.add(orderId);
    if (!this.#telling && this.#moved.size > 0) this.#tellAll();
  }

  missed(): void {
    this.moved([...this.#watches.keys()]);
  }

  lost(): void {
    this.#endAll([...this.#watches.keys()], new Refusal('away', 'Kafka does not tell what happens'));
  }

  stop(): void {
    this.#endAll([...this.#watches.keys()], new Refusal('away', 'the gateway is stopping'));
  }

  async #tellAll(): Promise<void> {
    this.#telling = true;
    while (this.#moved.size > 0) {
      const ids = [...this.#moved].slice(0, loadedAtOnce);
      for (const id of ids) this.#moved.delete(id);
      try {
        const found = await this.#orders.load(ids);
        for (const progress of found) if (progress) this.#tell(progress);
      } catch (error) {
        this.#endAll(ids, new Refusal('away', 'Redis does not answer', { cause: error }));
      }
    }
    this.#telling = false;
  }

  #tell({ order: { orderId, owner }, history }: Progress): void {
    const last = history.at(-1);
    for (const watch of this.#watches.get(orderId) ?? []) {
      if (!watch.owns(owner)) continue;
      watch.patience.cancel();
      while (!watch.full && watch.told < history.length) {
        const step = history[watch.told++];
        if (step) watch.full = !watch.call.write({ transition: transitionOf(step) });
      }
      if (last && isFinal(last.to) && watch.told === history.length) this.#end(orderId, watch);
    }
  }

  #endAll(orderIds: readonly string[], why: Refusal): void {
    for (const orderId of orderIds) {
      for (const watch of this.#watches.get(orderId) ?? []) this.#end(orderId, watch, why);
    }
  }

  #end(orderId: string, watch: Watch, why?: Refusal): void {
    this.#remove(orderId, watch);
    if (why) watch.call.emit('error', why);
    else watch.call.end();
  }

  #remove(orderId: string, watch: Watch): void {
    watch.patience.cancel();
    const watches = this.#watches.get(orderId);
    if (!watches?.delete(watch)) return;
    this.#count--;
    if (this.#count === 0) {
      this.#looking?.cancel();
      this.#looking = undefined;
    }
    const own = (this.#callers.get(watch.caller) ?? 1) - 1;
    if (own > 0) this.#callers.set(watch.caller, own);
    else this.#callers.delete(watch.caller);
    if (watches.size === 0) this.#watches.delete(orderId);
  }
}
