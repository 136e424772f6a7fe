import type { Mapping } from '../config/mapping.ts';
import type { Logger } from '../stats.ts';
import type { Machine } from './functionWorker.ts';
import type { Functions } from './invocation.ts';
import { type Invoker, localInvoker } from './invoker.ts';
import { lambdaInvoker } from './lambdaInvoker.ts';
import { reloading } from './moduleWatch.ts';
import type { ColdStart } from './pool.ts';

type Options = Readonly<{
  /** Of a Lambda endpoint that is to call them. */
  endpoint: string | undefined;
  functions: Functions;
  mappings: readonly Mapping[];
  machine: Machine;
  reload: boolean;
  onColdStart: ColdStart;
  log: Logger;
}>;

/** How the functions of these mappings are called. */
export async function invokerOf({ endpoint, functions, machine, log, ...options }: Options): Promise<Invoker> {
  if (endpoint) return lambdaInvoker(endpoint, functions, machine.clock);
  const limits = workerLimits(functions, options.mappings);
  const local = (onFile?: (file: string) => void) =>
    localInvoker(functions, limits, options.onColdStart, { machine, onFile });
  return options.reload ? reloading(local, machine.clock, log) : local();
}

function workerLimits(functions: Functions, mappings: readonly Mapping[]): Record<string, number> {
  const limits: Record<string, number> = {};
  for (const { functionName, concurrency, pollers } of mappings) {
    const each = functions[functionName]?.concurrencyPerWorker ?? 1;
    limits[functionName] = (limits[functionName] ?? 0) + Math.ceil((concurrency * pollers) / each);
  }
  return limits;
}
