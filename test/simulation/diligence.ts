/**
 * Ends this process when it works too long on one thing. By its own processor time: on a busy machine it gets little of that,
 * however many seconds pass.
 */
import { Worker } from 'node:worker_threads';

/** In a thread of its own: virtual time stops the timers of this one, and what hangs may never let it run. */
const watch = `
const { parentPort } = require('node:worker_threads');
const worked = () => process.cpuUsage().user / 1e6;
let until = Number.POSITIVE_INFINITY;
parentPort.on('message', (seconds) => { until = worked() + seconds; });
setInterval(() => worked() > until && process.kill(process.pid, 'SIGKILL'), 1000);`;

let watcher: Worker | undefined;

/** @param seconds from now on, until it is called again */
export function mayWorkFor(seconds: number): void {
  watcher ??= new Worker(watch, { eval: true, execArgv: [] });
  watcher.unref();
  watcher.postMessage(seconds);
}
