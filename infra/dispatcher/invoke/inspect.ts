/** Lets a debugger into the workers of functions. */
import { once } from 'node:events';
import { close, open, url } from 'node:inspector';
import type { Worker } from 'node:worker_threads';
import { sleep, systemClock, within } from '../../clock.ts';
import { Trouble } from '../../faults.ts';
import { isFree } from '../../http/isFree.ts';
import type { Plan } from '../config/mapping.ts';
import type { FunctionSpec } from './invocation.ts';

/** Seconds: whoever looks at a function that stands still is in no hurry. */
const day = 86_400;
/** Milliseconds until a port that is taken is looked at again. */
const lookAgain = 100;

/**
 * The plan as it is run for a debugger: each function has one worker, which is there from the start, takes a call at a time and never
 * runs out of time. A debugger finds it at `inspectPort` of 127.0.0.1.
 * @param from the first port that is looked at; the functions get those that are free from there on, in the order of the plan
 */
export async function inspectable(plan: Plan, from: number): Promise<Plan> {
  const called = new Set(plan.mappings.filter(({ enabled }) => enabled).map(({ functionName }) => functionName));
  const ports = new Map<string, number>();
  let next = from;
  const functions: Record<string, FunctionSpec> = {};
  for (const [name, spec] of Object.entries(plan.functions).filter(([one]) => called.has(one))) {
    // Functions that share a thread share its port.
    const thread = spec.worker === undefined ? `function ${name}` : `worker ${spec.worker}`;
    const port = ports.get(thread) ?? (await freeFrom(next));
    next = Math.max(next, port + 1);
    ports.set(thread, port);
    const patient = { timeoutSeconds: day, concurrencyPerWorker: 1, provisionedConcurrency: 1, inspectPort: port };
    functions[name] = { ...spec, ...patient };
  }
  const mappings = plan.mappings.map((mapping) => ({ ...mapping, concurrency: 1, pollers: 1 }));
  return { ...plan, functions, mappings };
}

async function freeFrom(from: number): Promise<number> {
  for (let port = from; port < 65_536; port++) if (await isFree(port)) return port;
  throw new Trouble('machine', `--inspect: no port from ${from} on is free`);
}

/** What a worker is told that a debugger is in: it would not end before the debugger has gone. */
export const endInspected = 'end';
/** Milliseconds: a worker that stands at a breakpoint does not hear that it is to end. */
const patience = 1000;

/** Ends a worker that a debugger may be in. */
export async function terminateInspected(worker: Worker): Promise<void> {
  worker.postMessage(endInspected);
  await within(systemClock, patience, once(worker, 'exit'));
  await worker.terminate();
}

/** Called in the worker: sends the debugger away, and ends. */
export function closeInspector(): void {
  close();
  process.exit();
}

/** Called in the worker. Resolves when a debugger can come: a worker that was there before may still have the port. */
export async function openInspector(port: number): Promise<void> {
  for (;;) {
    if (await isFree(port)) open(port, '127.0.0.1');
    if (url() !== undefined) return;
    await sleep(systemClock, lookAgain);
  }
}
