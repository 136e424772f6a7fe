/** Whose the global timers, `Date` and `process.exit` are: the machine's, unless who asks runs in a scope. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { createClock } from '@sinonjs/fake-timers';

export type Timers = ReturnType<typeof createClock>;
/** Instead of the process's end. Once it `isOver` none of its timers ring. */
export type Escapes = Readonly<{ thrown(error: unknown): void; exit(code: number): void; isOver(): boolean }>;
export type Scope = Readonly<{ timers: Timers; escapes?: Escapes }>;

const current = new AsyncLocalStorage<Scope>();

/** Does the work, and whatever it calls and awaits, in a scope. */
export const scoped = <T>(scope: Scope, work: () => T): T => current.run(scope, work);

type Call = (...values: unknown[]) => void;
type Globals = Pick<typeof globalThis, 'setTimeout' | 'setInterval' | 'clearTimeout' | 'clearInterval' | 'Date'>;
type Name = 'setTimeout' | 'setInterval';
type Clearing = 'clearTimeout' | 'clearInterval';

/** On a timer: the timers of the scope that has given it out. */
const owner = Symbol('owner');
type Owned = { [owner]?: Timers };

/** In the surroundings in which the timer was set, as by Node's own timers, where anything hangs on them. */
const calling = (call: Call, { escapes }: Scope): Call =>
  escapes
    ? AsyncLocalStorage.bind((...values: unknown[]) => {
        if (escapes.isOver()) return;
        try {
          call(...values);
        } catch (error) {
          escapes.thrown(error);
        }
      })
    : call;

function setting(name: Name, real: Globals[Name]): Globals[Name] {
  const set = (call: Call, milliseconds?: number, ...values: unknown[]) => {
    const scope = current.getStore();
    if (!scope) return real(call, milliseconds, ...values);
    const timer: unknown = scope.timers[name](calling(call, scope), milliseconds ?? 0, ...values);
    if (typeof timer === 'object' && timer) (timer as Owned)[owner] = scope.timers;
    return timer;
  };
  return Object.assign(set, real) as Globals[Name];
}

function clearing(name: Clearing, real: Globals[Clearing]): Globals[Clearing] {
  return ((timer?: unknown) => {
    const given = typeof timer === 'object' ? (timer as Owned | null)?.[owner] : undefined;
    if (given) given[name](timer as never);
    else real(timer as never);
  }) as Globals[Clearing];
}

function dating(real: DateConstructor): DateConstructor {
  const now = () => current.getStore()?.timers.now ?? real.now();
  return new Proxy(real, {
    construct: (target, values, asked) => Reflect.construct(target, values.length > 0 ? values : [now()], asked),
    apply: () => new real(now()).toString(),
    get: (target, key) => (key === 'now' ? now : Reflect.get(target, key)),
  });
}

const exiting = (real: typeof process.exit): typeof process.exit =>
  ((code = 0) => {
    const escapes = current.getStore()?.escapes;
    if (!escapes) return real(code);
    escapes.exit(Number(code));
    throw new Error(`process.exit(${code})`);
  }) as typeof process.exit;

let stays = 0;
let restore = () => {};

/** Puts what looks for a scope in the place of the globals. @returns what takes it away again, once nobody stays */
export function standIn(): () => void {
  if (stays++ === 0) restore = replace();
  return () => {
    if (--stays === 0) restore();
  };
}

function replace(): () => void {
  const { setTimeout, setInterval, clearTimeout, clearInterval, Date: date } = globalThis;
  const { exit } = process;
  Object.assign(globalThis, {
    setTimeout: setting('setTimeout', setTimeout),
    setInterval: setting('setInterval', setInterval),
    clearTimeout: clearing('clearTimeout', clearTimeout),
    clearInterval: clearing('clearInterval', clearInterval),
    Date: dating(date),
  });
  process.exit = exiting(exit);
  return () => {
    Object.assign(globalThis, { setTimeout, setInterval, clearTimeout, clearInterval, Date: date });
    process.exit = exit;
  };
}
