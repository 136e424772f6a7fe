import type { KafkaRecord } from '../record/record.ts';
import { thisMachine } from './functionWorker.ts';
import type { Call, Custom, FunctionSpec, Functions, Outcome } from './invocation.ts';
import type { Source } from './kafkaEvent.ts';
import { pack } from './packing.ts';
import { type ColdStart, type PoolOptions, WorkerPool } from './pool.ts';

/** One invocation, before it has an id and a deadline. `answer` tells whether its return value is wanted. */
export type Request = {
  source: Source;
  records: readonly KafkaRecord[];
  custom: Custom;
  answer: boolean;
  /** Wants a worker that has nothing else: an earlier try ended one that had other calls, too. */
  isolate?: boolean;
  /** Asked when it goes to a worker, however long it has waited for one: whether it is still to be made. */
  wanted?: () => boolean;
};

/** How functions are called: in worker threads here, or somewhere else. */
export interface Invoker {
  /** Resolves when the provisioned workers have loaded their functions: none of their calls is a slow first one. */
  warm(): Promise<void>;
  /** Never rejects: what goes wrong is an outcome. */
  invoke(functionName: string, request: Request): Promise<Outcome>;
  close(): Promise<void>;
}

/** Has the functions that have read one of these modules loaded anew for what comes next. */
export type LocalInvoker = Invoker & { renew(files: ReadonlySet<string>): void };

/** Calls in isolation of one function at the same time, each in a worker of its own. */
const isolatedAtOnce = 4;

type Start = Pick<PoolOptions, 'machine' | 'onColdStart' | 'onFile'>;

/** The pool for a function's calls in isolation, made when the first of them comes. */
function isolatedPool(pools: Map<string, WorkerPool>, name: string, spec: FunctionSpec, start: Start): WorkerPool {
  const { provisionedConcurrency: _, ...own } = spec;
  const limited = { limit: isolatedAtOnce, capacity: 1, keep: 0 };
  const pool = pools.get(name) ?? new WorkerPool({ name, functions: { [name]: own }, ...limited, ...start });
  pools.set(name, pool);
  return pool;
}

/**
 * Calls functions in workers of this process.
 * @param limits how many workers each function may have
 */
export function localInvoker(
  functions: Functions,
  limits: Readonly<Record<string, number>>,
  onColdStart: ColdStart,
  { machine = thisMachine, onFile }: Partial<Pick<PoolOptions, 'machine' | 'onFile'>> = {},
): LocalInvoker {
  const start = { machine, onColdStart, onFile };
  const pools = poolsOf(functions, limits, start);
  const isolated = new Map<string, WorkerPool>();
  let lastId = 0;
  return {
    async warm() {
      await Promise.all([...pools.values()].map((pool) => pool.warm()));
    },
    async invoke(functionName, { source, records, custom, answer, isolate, wanted }) {
      const spec = functions[functionName];
      const pool = isolate && spec ? isolatedPool(isolated, functionName, spec, start) : pools.get(functionName);
      if (!pool) return { kind: 'fault', fault: { name: 'Error', message: `there is no function "${functionName}"` } };
      const call: Call = {
        id: ++lastId,
        functionName,
        requestId: machine.clock.uuid(),
        deadline: 0,
        custom,
        answer,
        source,
        buffer: pack(records),
        count: records.length,
      };
      return await pool.run(call, wanted);
    },
    renew(files) {
      for (const pool of new Set([...pools.values(), ...isolated.values()])) pool.renew(files);
    },
    async close() {
      await Promise.all([...new Set(pools.values()), ...isolated.values()].map((pool) => pool.close()));
    },
  };
}

/** The pool of each function. Those that share a worker have one, of one worker that takes whatever they have in flight. */
function poolsOf(
  functions: Functions,
  limits: Readonly<Record<string, number>>,
  start: Start,
): Map<string, WorkerPool> {
  const pools = new Map<string, WorkerPool>();
  const alone = Object.entries(functions).filter(([, { worker }]) => worker === undefined);
  for (const [name, spec] of alone) {
    const [limit, capacity] = [limits[name] ?? 1, spec.concurrencyPerWorker ?? 1];
    pools.set(name, new WorkerPool({ name, functions: { [name]: spec }, limit, capacity, keep: 1, ...start }));
  }
  const shared = Object.entries(functions).filter(([, { worker }]) => worker !== undefined);
  for (const [name = '', members] of Map.groupBy(shared, ([, { worker }]) => worker)) {
    const of = Object.fromEntries(members);
    const endless = { limit: 1, capacity: Number.POSITIVE_INFINITY, keep: 1 };
    const pool = new WorkerPool({ name, functions: of, ...endless, ...start });
    for (const [member] of members) pools.set(member, pool);
  }
  return pools;
}
