/** Functions in this very process, in virtual time: so a test can spy on them, and on what they call. */
import { type Clock, systemClock } from '../../clock.ts';
import type { Escapes } from '../../simulation/scope.ts';
import type { AtWork, ScopedTime } from '../../simulation/scopedTime.ts';
import type { FunctionWorker, StartWorker, WorkerEvents } from '../invoke/functionWorker.ts';
import type { Call, Fault, Functions, Outcome } from '../invoke/invocation.ts';
import { type Handler, Runtime } from '../invoke/runtime.ts';
import { type FunctionCall, type OpenCall, recordsOf, textOf } from './calls.ts';

type Handlers = Readonly<Record<string, Handler>>;
type InFlight = { seen: OpenCall | undefined; seconds: number; since: number };

/** The workers of a dispatcher: each is as good as a thread of its own until something ends it. */
export class InProcess {
  readonly calls: FunctionCall[] = [];
  readonly #handlers: Handlers;
  readonly #inFlight = new Set<InFlight>();

  constructor(handlers: Handlers) {
    this.#handlers = handlers;
  }

  /** The calls in flight, in real ms: how long the youngest has gone on, and what is left for the one that has most. */
  get atWork(): AtWork {
    const now = systemClock.monotonic();
    let [age, left] = [Number.POSITIVE_INFINITY, 0];
    for (const { seconds, since } of this.#inFlight) {
      age = Math.min(age, now - since);
      left = Math.max(left, seconds * 1000 - (now - since));
    }
    return { age, left };
  }

  startWorkerIn =
    (time: ScopedTime): StartWorker =>
    (_name, functions, events) =>
      new Worker({ time, functions, events, handlers: this.#handlers, calls: this.calls, inFlight: this.#inFlight });
}

type Of = Readonly<{
  time: ScopedTime;
  functions: Functions;
  events: WorkerEvents;
  handlers: Handlers;
  calls: OpenCall[];
  inFlight: Set<InFlight>;
}>;

class Worker implements FunctionWorker {
  readonly #of: Of;
  readonly #runtime: Runtime;
  readonly #mine = new Map<Call, InFlight>();
  readonly #escapes: Escapes = {
    thrown: (error) => this.#crash(error),
    exit: (code) => this.#end(code),
    isOver: () => this.#over,
  };
  #over = false;

  constructor(of: Of) {
    this.#of = of;
    this.#runtime = new Runtime(of.functions, of.time.clock);
    queueMicrotask(() => of.events.message({ kind: 'ready' }));
  }

  get #clock(): Clock {
    return this.#of.time.clock;
  }

  post(calls: Call[]): void {
    for (const call of calls) {
      this.#of.time.apart(this.#escapes, () => void this.#call(call));
    }
  }

  async terminate(): Promise<void> {
    this.#end(1);
  }

  async #call(call: Call): Promise<void> {
    const { functions, handlers, inFlight, events } = this.#of;
    const handler = handlers[call.functionName] as Handler;
    const mine: InFlight = {
      seen: undefined,
      seconds: functions[call.functionName]?.timeoutSeconds ?? 0,
      since: systemClock.monotonic(),
    };
    this.#mine.set(call, mine);
    inFlight.add(mine);
    const outcome = await this.#runtime.outcomeOf(handler, call, {
      called: (event, context) => {
        mine.seen = this.#write(call, event, context);
      },
      returned: (value) => {
        if (mine.seen && this.#mine.has(call)) mine.seen.answer = value;
      },
    });
    if (!this.#settle(call, outcome.kind === 'fault' ? outcome.fault : undefined)) return;
    events.message({
      kind: 'replies',
      replies: [{ id: call.id, outcome }] satisfies { id: number; outcome: Outcome }[],
    });
  }

  #write(call: Call, event: FunctionCall['event'], context: FunctionCall['context']): OpenCall {
    const { functionName, custom } = call;
    const values = recordsOf(event).map(textOf);
    const seen = { functionName, event, context, values, attempt: custom.attempt, at: this.#clock.now() };
    this.#of.calls.push(seen);
    return seen;
  }

  /** @returns whether it had not ended before */
  #settle(call: Call, error: Fault | undefined): boolean {
    const mine = this.#mine.get(call);
    if (!mine) return false;
    this.#mine.delete(call);
    this.#of.inFlight.delete(mine);
    if (mine.seen) {
      mine.seen.milliseconds = this.#clock.now() - mine.seen.at;
      if (error) mine.seen.error = error;
    }
    return true;
  }

  #crash(error: unknown): void {
    if (this.#over) return;
    this.#of.events.error(error instanceof Error ? error : new Error(String(error)));
    this.#end(1, error);
  }

  /** All its calls have ended: their time is over, or the process would be. */
  #end(code: number, error?: unknown): void {
    if (this.#over) return;
    this.#over = true;
    for (const [call, mine] of this.#mine) {
      const late = this.#clock.now() >= call.deadline;
      const message = late ? `task timed out after ${mine.seconds.toFixed(2)} seconds` : `ended with status ${code}`;
      const fault = { name: late ? 'Sandbox.Timedout' : 'Runtime.ExitError', message };
      this.#settle(call, error instanceof Error ? { name: error.name, message: error.message } : fault);
    }
    this.#of.events.exit(code);
  }
}
