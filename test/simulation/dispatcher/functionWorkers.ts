/** Simulated worker threads: functions in them succeed, throw, report, hang, crash, exit, and answer rubbish. */
import type { Timer } from '../../../infra/clock.ts';
import type { Machine } from '../../../infra/dispatcher/invoke/functionWorker.ts';
import type { Call, Outcome } from '../../../infra/dispatcher/invoke/invocation.ts';
import { unpack } from '../../../infra/dispatcher/invoke/packing.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import type { Delivery, Entry, Ledger } from './ledger.ts';
import type { Process } from './machine.ts';

type StartWorker = Machine['startWorker'];
type Events = Parameters<StartWorker>[2];
type Named = Readonly<{ entry: Entry; partition: string; offset: number }>;

export type Behaviour = Readonly<{
  random: Random;
  process: Process;
  client: string;
  instance: string;
  /** Grows with each joining of the instance. */
  ownership(): number;
  ledger(functionName: string): Ledger;
  /** Chance that a call with good records goes wrong now. */
  mishap(): number;
  /** ms that a call takes at most, nine times of ten. */
  takes: number;
  partial: boolean;
  /** Whether a batch that fails as a whole is halved. */
  bisect: boolean;
  violated(text: string): void;
}>;

/** How a call with bad records ends. */
const waysToFail = ['throws', 'throws', 'hangs', 'crashes', 'exits', 'answers rubbish'] as const;
type Way = (typeof waysToFail)[number] | 'reports';

const coldStart = 200;
/** Seconds that the simulated functions have. */
const timeoutSeconds = 3;

export const workersOf =
  (of: Behaviour): StartWorker =>
  (_name, _functions, events) =>
    new SimulatedWorker(of, events);

class SimulatedWorker {
  readonly #of: Behaviour;
  readonly #events: Events;
  readonly #calls = new Map<Call, { delivery: Delivery; ledger: Ledger; since: number }>();
  readonly #timers = new Set<Timer>();
  #alive = true;

  constructor(of: Behaviour, events: Events) {
    this.#of = of;
    this.#events = events;
    this.#after(of.random.between(0, coldStart), () => events.message({ kind: 'ready' }));
  }

  post(calls: Call[]): void {
    for (const call of calls) this.#call(call);
  }

  /** Because a call is late, or because the process ends: only the former is the call's failure. */
  async terminate(): Promise<void> {
    const late = [...this.#calls.values()].some(({ since }) => this.#now - since >= timeoutSeconds * 1000);
    this.#end(undefined, late);
  }

  get #now(): number {
    return this.#of.process.clock.monotonic();
  }

  #after(milliseconds: number, run: () => void): void {
    const timer = this.#of.process.clock.after(milliseconds, () => {
      this.#timers.delete(timer);
      run();
    });
    this.#timers.add(timer);
  }

  #call(call: Call): void {
    const { random, client, instance, ownership, mishap } = this.#of;
    const ledger = this.#of.ledger(call.functionName);
    const named = this.#read(call, ledger);
    const entries = named.map(({ entry }) => entry);
    const delivery: Delivery = { client, instance, ownership: ownership(), entries };
    ledger.started(delivery);
    this.#calls.set(call, { delivery, ledger, since: this.#now });
    const bad = named.filter(
      ({ entry: { failures, deliveries } }) =>
        failures === 'always' || (typeof failures === 'number' && deliveries <= failures),
    );
    const takes = random.happens(0.1) ? random.between(0, 2500) : random.between(0, this.#of.takes);
    if (bad.length === 0 && !random.happens(mishap())) {
      this.#after(takes, () => this.#answer(call, [], this.#of.partial && random.happens(0.5) ? '{}' : undefined));
      return;
    }
    const ways: readonly Way[] =
      this.#of.partial && bad.length > 0 ? [...waysToFail, 'reports', 'reports'] : waysToFail;
    const way = random.one(ways);
    if (way !== 'hangs') this.#after(takes, () => this.#fail(call, way, bad));
  }

  /** What the event says must be what the log has. */
  #read(call: Call, ledger: Ledger): Named[] {
    const { records } = unpack(call.buffer, call.count, call.source);
    return Object.entries(records).flatMap(([partition, list]) =>
      list.flatMap(({ offset, headers }) => {
        const header = headers.findLast((one) => 'n' in one);
        const entry = header && ledger.get(Number(Buffer.from(header.n as number[])));
        if (!entry) this.#of.violated(`a call has a record that nobody wrote: ${partition}@${offset}`);
        return entry ? [{ entry, partition, offset }] : [];
      }),
    );
  }

  #fail(call: Call, way: Way, bad: readonly Named[]): void {
    const fault = { name: 'Error', message: 'a simulated failure' };
    const all = this.#calls.get(call)?.delivery.entries ?? [];
    if (way === 'throws') this.#reply(call, all, { kind: 'fault', fault }, this.#splits(all));
    else if (way === 'crashes') this.#end(new Error('thrown outside of every call'));
    else if (way === 'exits') this.#end(undefined);
    else if (way === 'reports') {
      const named = bad.map(({ partition, offset }) => ({ itemIdentifier: { partition, offset } }));
      this.#answer(
        call,
        bad.map(({ entry }) => entry),
        JSON.stringify({ batchItemFailures: named }),
        false,
      );
    } else {
      this.#events.message(
        this.#of.random.one([null, 'rubbish', { kind: 'replies' }, { kind: 'replies', replies: [null] }]),
      );
      const json = this.#of.random.one([
        '"rubbish"',
        '{"batchItemFailures":[{}]}',
        '{"batchItemFailures":7}',
        '{',
        '[[]',
      ]);
      this.#answer(call, this.#of.partial ? all : [], json);
    }
  }

  #splits(failed: readonly Entry[]): boolean {
    return this.#of.bisect && failed.length > 1;
  }

  #answer(call: Call, failed: readonly Entry[], json: string | undefined, splits = this.#splits(failed)): void {
    this.#reply(call, failed, { kind: 'answer', json: call.answer ? json : undefined }, splits);
  }

  #reply(call: Call, failed: readonly Entry[], outcome: Outcome, splits: boolean): void {
    const known = this.#calls.get(call);
    if (!known) return;
    this.#calls.delete(call);
    known.ledger.ended(known.delivery, failed, splits);
    this.#events.message({ kind: 'replies', replies: [{ id: call.id, outcome }] });
  }

  /** Ends all calls. Where there was but one, it is to blame. */
  #end(error: Error | undefined, ownFault = true): void {
    if (!this.#alive) return;
    this.#alive = false;
    for (const timer of this.#timers) timer.cancel();
    const calls = [...this.#calls.values()];
    this.#calls.clear();
    for (const { ledger, delivery } of calls) {
      const failed = ownFault && calls.length === 1 ? delivery.entries : undefined;
      ledger.ended(delivery, failed, this.#splits(delivery.entries));
    }
    if (!this.#of.process.alive()) return;
    if (error) this.#events.error(error);
    this.#events.exit(1);
  }
}
