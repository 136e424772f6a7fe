/**
 * Loaded before a system (`--import`), in its process and in its functions' threads: does there what cannot be done from
 * outside. A note in a file says what, and SIGUSR2 that it is there.
 */
import { readFileSync } from 'node:fs';
import { BroadcastChannel, isMainThread, type Worker } from 'node:worker_threads';
import type { Note } from './host.ts';

const machine = Date.now;
let ahead = 0;
/** A system's clock can be set while it runs; what measures durations knows nothing of it. */
Date.now = () => machine() + ahead;
const RealDate = Date;
globalThis.Date = new Proxy(RealDate, {
  construct: (of, given) => (given.length === 0 ? new of(Date.now()) : Reflect.construct(of, given)),
});

const clocks = new BroadcastChannel('chaos');
clocks.onmessage = (message) => {
  ahead = (message as { data: number }).data;
};
clocks.unref();

const workers = new Set<Worker>();

function obey({ clock, worker }: Note): void {
  if (clock !== undefined) {
    ahead = clock;
    clocks.postMessage(clock);
  }
  if (worker !== undefined) void [...workers][worker % Math.max(1, workers.size)]?.terminate();
}

if (isMainThread) {
  process.on('worker', (worker) => {
    workers.add(worker);
    worker.once('exit', () => workers.delete(worker));
  });
  process.on('SIGUSR2', () => obey(JSON.parse(readFileSync(process.env.CHAOS_NOTE ?? '', 'utf8'))));
}
