/** Counts what the log tells, second by second. Pure: it is told the time. */

import { build, type Histogram } from 'hdr-histogram-js';
import type { Invocations, Point, Quantiles, Snapshot, Transition } from '../../functions/console/snapshot.ts';
import { commandNames, type State, stateNames } from '../../functions/orders/lifecycle.ts';
import type { Due } from '../../functions/orders/ports.ts';
import type { Event } from '../../functions/orders/records.ts';
import { Whereabouts } from './whereabouts.ts';

/** Seconds of the plots that are kept. */
const historySeconds = 600;
/** Functions that are counted: more than the system has. */
const mostFunctions = 50;
const agingSeconds = 30;
const minute = 60;
/** Seconds ahead that the timers are shown for. */
const dueSeconds = 30;

type Body = Readonly<Record<string, unknown>>;
const number = (body: Body, field: string): number => (typeof body[field] === 'number' ? body[field] : 0);

class TransitionCount {
  total = 0;
  now = 0;
  readonly latency = new Latencies();
  readonly drift = new Latencies();

  show(): Transition {
    const { total, now: perSecond } = this;
    return { total, perSecond, latency: this.latency.quantiles(), drift: this.drift.quantiles() };
  }
}

class FunctionCount {
  readonly sums = { invocations: 0, records: 0, retries: 0, failures: 0, dead: 0, coldStarts: 0 };
  now = 0;
  readonly duration = new Latencies();

  take(body: Body): void {
    this.now++;
    this.sums.invocations++;
    this.sums.records += number(body, 'messaging.batch.message_count');
    this.sums.dead += number(body, 'despacho.batch.dead');
    if (number(body, 'despacho.retries') > 0) this.sums.retries++;
    if (body['event.outcome'] === 'failure') this.sums.failures++;
    if (body['faas.coldstart'] === true) this.sums.coldStarts++;
    this.duration.record(number(body, 'event.duration') / 1e6);
  }

  show(): Invocations {
    return { ...this.sums, perSecond: this.now, duration: this.duration.quantiles() };
  }
}

/** What the rest of the console knows and a snapshot shows beside the counts. */
type Surroundings = Pick<Snapshot, 'lag' | 'dead' | 'load' | 'lab'> & Readonly<{ overdue: number }>;

/** Totals count from its making and outlast a `restart`, which begins anew with which order is in which state. */
export class Tally {
  readonly #orders = new Whereabouts();
  readonly #transitions = new Map(commandNames.map((name) => [name, new TransitionCount()]));
  readonly #functions = new Map<string, FunctionCount>();
  readonly #history: Point[] = [];
  #mailed = 0;
  #seconds = 0;

  restart(due: Iterable<Due>): void {
    this.#orders.restart(due);
  }

  takeEvent(event: Event): void {
    const moved = this.#orders.move(event);
    const count = this.#transitions.get(event.command);
    if (!moved || !count) return;
    count.total++;
    count.now++;
    if (moved.latency !== undefined) count.latency.record(moved.latency);
    if (event.due) count.drift.record(event.at - event.due.at);
    // Nothing precedes the first step but the record that asked for it.
    if (event.version === 1 && event.producedAt !== undefined) count.latency.record(event.at - event.producedAt);
  }

  takeDocument({ index, body }: { index: string; body: Body }): void {
    if (index === 'despacho-emails') this.#mailed++;
    const name = body['faas.name'];
    if (index !== 'despacho-invocations' || typeof name !== 'string') return;
    // Whoever writes to Kafka could name ever more.
    if (!this.#functions.has(name) && this.#functions.size >= mostFunctions) return;
    const count = this.#functions.get(name) ?? new FunctionCount();
    this.#functions.set(name, count);
    count.take(body);
  }

  history(): readonly Point[] {
    return this.#history;
  }

  /** Ends a second. @param now ms since 1970 */
  tick(now: number, { lag, dead, load, lab, overdue }: Surroundings): Snapshot {
    const states = this.#orders.counts();
    const transitions = Object.fromEntries([...this.#transitions].map(([name, count]) => [name, count.show()]));
    const functions = Object.fromEntries([...this.#functions].map(([name, count]) => [name, count.show()]));
    const point = this.#point(now, states, transitions, lag);
    this.#history.push(point);
    if (this.#history.length > historySeconds) this.#history.shift();
    this.#endSecond();
    return {
      point,
      states,
      perMinute: this.#history.slice(-minute).reduce((sum, { placed }) => sum + placed, 0),
      transitions: transitions as Snapshot['transitions'],
      functions,
      lag,
      dead,
      timers: { overdue, ...this.#orders.due(now, dueSeconds) },
      load,
      lab,
    };
  }

  #point(at: number, states: Record<State, number>, shown: Record<string, Transition>, lag: Snapshot['lag']): Point {
    const happened = Object.values(shown).reduce((sum, { perSecond }) => sum + perSecond, 0);
    return {
      at,
      placed: shown.process?.perSecond ?? 0,
      moved: happened,
      completed: shown.complete?.perSecond ?? 0,
      invoked: [...this.#functions.values()].reduce((sum, { now }) => sum + now, 0),
      mailed: this.#mailed,
      lag: lag.flatMap(({ partitions }) => partitions).reduce((sum, one) => sum + one, 0),
      states: stateNames.map((state) => states[state]),
      latency: commandNames.map((name) => shown[name]?.latency?.p50 ?? null),
    };
  }

  #endSecond(): void {
    this.#seconds++;
    this.#mailed = 0;
    const counts = [...this.#transitions.values(), ...this.#functions.values()];
    for (const count of counts) count.now = 0;
    if (this.#seconds % agingSeconds !== 0) return;
    for (const { latency, drift } of this.#transitions.values()) for (const one of [latency, drift]) one.age();
    for (const { duration } of this.#functions.values()) duration.age();
  }
}

/** A day: what takes longer is shown as that long. */
const mostMilliseconds = 86_400_000;

const newHistogram = (): Histogram => build({ numberOfSignificantValueDigits: 2, autoResize: true });

/** Quantiles of the last half to whole minute, in constant memory: two halves, of which the older is dropped. */
class Latencies {
  #young = newHistogram();
  #old = newHistogram();
  readonly #both = newHistogram();

  record(milliseconds: number): void {
    this.#young.recordValue(Math.min(Math.max(0, Math.round(milliseconds)), mostMilliseconds));
  }

  /** Called every half minute. */
  age(): void {
    [this.#young, this.#old] = [this.#old, this.#young];
    this.#young.reset();
  }

  quantiles(): Quantiles {
    this.#both.reset();
    this.#both.add(this.#old);
    this.#both.add(this.#young);
    if (this.#both.totalCount === 0) return null;
    const max = this.#both.maxValue;
    // A percentile is its bucket's upper edge, which can lie above the highest value.
    const at = (percent: number): number => Math.min(this.#both.getValueAtPercentile(percent), max);
    return { p50: at(50), p95: at(95), p99: at(99), max };
  }
}
