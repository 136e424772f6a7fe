/** Runs in a thread of its own: holds one function, or those that share the thread, and calls them. */
import { registerHooks } from 'node:module';
import { fileURLToPath } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import { systemClock } from '../../clock.ts';
import type { endInspected } from './inspect.ts';
import {
  type Call,
  type Fault,
  type FunctionSpec,
  faultOf,
  type Message,
  type Outcome,
  type Reply,
  type WorkerData,
} from './invocation.ts';
import { type Handler, load, Runtime } from './runtime.ts';

const { functions, tellsFiles } = workerData as WorkerData;
const runtime = new Runtime(functions, systemClock);
const post = (message: Message) => parentPort?.postMessage(message);

if (tellsFiles) {
  registerHooks({
    load(url, context, next) {
      if (url.startsWith('file:') && !url.includes('/node_modules/'))
        post({ kind: 'loaded', file: fileURLToPath(url) });
      return next(url, context);
    },
  });
}

/** Answers that travel together, at most: with all of a turn in one, each waits until the dispatcher has dealt with all. */
const together = 8;
let inFlight = 0;
let outbox: Reply[] = [];
function send(): void {
  const replies = outbox;
  outbox = [];
  if (replies.length > 0) post({ kind: 'replies', replies });
}

/** Answers that become ready in the same turn of the event loop wait for each other, where others can. */
function reply(answer: Reply): void {
  inFlight--;
  const count = outbox.push(answer);
  if (inFlight === 0 || count === together) send();
  else if (count === 1) setImmediate(send);
}

/** Of a module that cannot be loaded its neighbours know nothing: alone, it is tried anew and says why. */
async function outcomeIn(loaded: Map<string, Handler | Fault>, call: Call): Promise<Outcome> {
  const handler = loaded.get(call.functionName);
  if (typeof handler === 'function') return runtime.outcomeOf(handler, call);
  const fault = handler ?? { name: 'Error', message: `there is no function "${call.functionName}" here` };
  return { kind: 'throttled', fault, isolate: true };
}

process.setSourceMapsEnabled(true);
const [{ inspectPort } = {}] = Object.values(functions) as (FunctionSpec | undefined)[];
// Without a debugger a cold start does not wait for what lets one in.
const inspect = inspectPort === undefined ? undefined : await import('./inspect.ts');
if (inspectPort !== undefined) await inspect?.openInspector(inspectPort);
const loaded = new Map<string, Handler | Fault>();
const keep = async ([name, spec]: [string, FunctionSpec]) => {
  loaded.set(name, await load(spec).catch(faultOf));
};
await Promise.all(Object.entries(functions).map(keep));
const faults = [...loaded.values()].filter((one) => typeof one !== 'function');
const [fault] = faults;
if (fault && faults.length === loaded.size) post({ kind: 'unusable', fault });
else {
  parentPort?.on('message', (calls: Call[] | typeof endInspected) => {
    if (typeof calls === 'string') return inspect?.closeInspector();
    inFlight += calls.length;
    for (const call of calls) void outcomeIn(loaded, call).then((outcome) => reply({ id: call.id, outcome }));
  });
  post({ kind: 'ready' });
}
