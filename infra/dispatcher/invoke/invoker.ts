import { randomUUID } from 'node:crypto';
import type { KafkaRecord } from '../record/record.ts';
import type { Call, Custom, Functions, Outcome } from './invocation.ts';
import type { Source } from './kafkaEvent.ts';
import { pack } from './packing.ts';
import { type ColdStart, WorkerPool } from './pool.ts';

export type Request = { source: Source; records: readonly KafkaRecord[]; custom: Custom; answer: boolean };

/** How functions are called: in worker threads here, or somewhere else. */
export interface Invoker {
  /** Resolves when the provisioned workers have loaded their functions: none of their calls is a slow first one. */
  warm(): Promise<void>;
  /** Never rejects: what goes wrong is an outcome. */
  invoke(functionName: string, request: Request): Promise<Outcome>;
  close(): Promise<void>;
}

/**
 * Calls functions in worker threads of this process.
 * @param limits how many workers each function may have
 */
export function localInvoker(
  functions: Functions,
  limits: Readonly<Record<string, number>>,
  onColdStart: ColdStart,
): Invoker {
  const pools = poolsOf(functions, limits, onColdStart);
  let lastId = 0;
  return {
    async warm() {
      await Promise.all([...pools.values()].map((pool) => pool.warm()));
    },
    async invoke(functionName, { source, records, custom, answer }) {
      const pool = pools.get(functionName);
      if (!pool) return { kind: 'fault', fault: { name: 'Error', message: `there is no function "${functionName}"` } };
      const call: Call = {
        id: ++lastId,
        functionName,
        requestId: randomUUID(),
        deadline: 0,
        custom,
        answer,
        source,
        buffer: pack(records),
        count: records.length,
      };
      return pool.run(call);
    },
    async close() {
      await Promise.all([...new Set(pools.values())].map((pool) => pool.close()));
    },
  };
}

/** The pool of each function. Those that share a worker have one, of one worker that takes whatever they have in flight. */
function poolsOf(
  functions: Functions,
  limits: Readonly<Record<string, number>>,
  onColdStart: ColdStart,
): Map<string, WorkerPool> {
  const pools = new Map<string, WorkerPool>();
  const alone = Object.entries(functions).filter(([, { worker }]) => worker === undefined);
  for (const [name, spec] of alone) {
    const [limit, capacity] = [limits[name] ?? 1, spec.concurrencyPerWorker ?? 1];
    pools.set(name, new WorkerPool({ name, functions: { [name]: spec }, limit, capacity, onColdStart }));
  }
  const shared = Object.entries(functions).filter(([, { worker }]) => worker !== undefined);
  for (const [name = '', members] of Map.groupBy(shared, ([, { worker }]) => worker)) {
    const of = Object.fromEntries(members);
    const pool = new WorkerPool({ name, functions: of, limit: 1, capacity: Number.POSITIVE_INFINITY, onColdStart });
    for (const [member] of members) pools.set(member, pool);
  }
  return pools;
}
