import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { ISocketFactory } from 'kafkajs';
import { type Clock, systemClock } from '../../clock.ts';
import type { SchemaRegistry } from '../schema/registry.ts';
import { environmentOf } from './environment.ts';
import { terminateInspected } from './inspect.ts';
import type { Call, Functions, WorkerData } from './invocation.ts';
import { watchMemory } from './memoryWatch.ts';

/** What functions run in, as the sandbox sees it: a thread, or whatever stands in for one. */
export interface FunctionWorker {
  /** Hands calls over. Their large buffers move without a copy: they are gone here. */
  post(calls: Call[]): void;
  /** Ends it at once. It says `exit` like any other end. */
  terminate(): Promise<unknown>;
}

/** What a worker says. None of it comes before it was returned by its start. */
export type WorkerEvents = {
  /** Whatever was posted: a function can post things, too. */
  message(message: unknown): void;
  /** Something was thrown outside every call, or there is no memory left; `exit` follows. */
  error(error: Error): void;
  /** The last thing that it says. */
  exit(code: number): void;
};

/**
 * How long (ms) a broker may hold a fetch that finds nothing, how long while a partition is paused or a joining goes on, how long
 * a consumer may be silent before it has gone, and whether a request that is not answered in time is given up.
 */
export type Waits = Readonly<{ fetch: number; shortFetch: number; session: number; givesUp: boolean }>;

/**
 * A killed one keeps its partitions as long as it may be silent. What comes ends a fetch at once, however long it may be held:
 * held for 100 ms instead, an idle system of nine consumers took about 1.6 times the processor time. A commit waits behind it,
 * and so does a partition that is resumed: after 250 ms it would have nothing left to deliver.
 */
export const usualWaits: Waits = { fetch: 250, shortFetch: 100, session: 10_000, givesUp: true };

/** What a dispatcher runs on: time and chance, and what functions run in. The rest is the machine's own unless given. */
export type Machine = Readonly<{
  clock: Clock;
  startWorker: StartWorker;
  /** What connects to Kafka. */
  socketFactory?: ISocketFactory;
  waits?: Waits;
  /** What is asked for schemas instead of the registries of the mappings. */
  schemas?: Pick<SchemaRegistry, 'schema'>;
  /** Puts a line behind those of a file in the folder for documents that nothing else takes. */
  keepLine?: (fileName: string, line: string) => Promise<void>;
}>;

/**
 * @param tellsFiles whether it says which modules it reads
 * @throws Error where there can be no further worker, at a limit of the operating system
 */
export type StartWorker = (
  name: string,
  functions: Functions,
  events: WorkerEvents,
  tellsFiles: boolean,
) => FunctionWorker;

/** A buffer up to this size is cheaper to copy than to hand over. */
const copiedBytes = 8192;

/**
 * For short-lived garbage: with a third of it a loaded function spends a quarter of its time on collecting, and with
 * V8's own choice beside a small old generation even more.
 */
const youngMegabytes = 48;

const workerUrl = new URL(`./worker${extname(import.meta.filename)}`, import.meta.url);

/** A worker thread of this process. */
export const startThread: StartWorker = (name, functions, { message, error, exit }, tellsFiles) => {
  const specs = Object.values(functions);
  const isInspected = specs.some(({ inspectPort }) => inspectPort !== undefined);
  const memory = specs.reduce((sum, { memoryMegabytes = 0 }) => sum + memoryMegabytes, 0);
  const worker = new Worker(workerUrl, {
    name,
    workerData: { functions, tellsFiles } satisfies WorkerData,
    env: environmentOf(functions, process.env),
    ...(memory ? { resourceLimits: { maxOldGenerationSizeMb: memory, maxYoungGenerationSizeMb: youngMegabytes } } : {}),
  });
  worker.on('message', message).on('error', error).on('exit', exit);
  if (memory > 0) {
    watchMemory(worker, memory, systemClock, (outOfMemory) => {
      error(outOfMemory);
      void worker.terminate();
    });
  }
  return {
    post(calls) {
      const large = calls.filter(({ buffer }) => buffer.byteLength > copiedBytes);
      worker.postMessage(
        calls,
        large.map(({ buffer }) => buffer),
      );
    },
    terminate: () => (isInspected ? terminateInspected(worker) : worker.terminate()),
  };
};

/** Threads of this process. */
export const thisMachine: Machine = { clock: systemClock, startWorker: startThread };
