/** Runs in a thread of its own: holds one function, or those that share the thread, and calls them. */
import { registerHooks } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import { systemClock } from '../../clock.ts';
import {
  type Call,
  type Custom,
  type Fault,
  type FunctionSpec,
  faultOf,
  functionArn,
  type Message,
  type Outcome,
  type Reply,
  type WorkerData,
} from './invocation.ts';
import { unpack } from './packing.ts';

type Callback = (error?: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: Context, callback: Callback) => unknown;

const { functions, tellsFiles } = workerData as WorkerData;
const stream = new Date(systemClock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
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

/** The functions that have been called here before: a function's first call in a worker is a cold start. */
const warm = new Set<string>();

function contextOf(call: Call): Context {
  const { functionName } = call;
  const spec = functions[functionName] as FunctionSpec;
  const { name = functionName, memoryMegabytes = 1024 } = spec;
  const custom: Custom & { coldStart: boolean } = { ...call.custom, coldStart: !warm.has(functionName) };
  warm.add(functionName);
  const unsupported = () => {
    throw new Error('context.done, fail and succeed are gone from AWS Lambda: return a promise');
  };
  return {
    awsRequestId: call.requestId,
    callbackWaitsForEmptyEventLoop: true,
    ...(spec.clientContext ? { clientContext: { custom } as unknown as NonNullable<Context['clientContext']> } : {}),
    functionName: name,
    functionVersion: '$LATEST',
    invokedFunctionArn: functionArn(functionName, spec),
    logGroupName: `/aws/lambda/${name}`,
    logStreamName: `${stream}/[$LATEST]${call.requestId.replaceAll('-', '')}`,
    memoryLimitInMB: String(memoryMegabytes),
    getRemainingTimeInMillis: () => Math.max(0, call.deadline - systemClock.now()),
    done: unsupported,
    fail: unsupported,
    succeed: unsupported,
  };
}

/** Calls a handler of any of AWS's three kinds: it returns a promise, or a value, or calls back. */
function run(handler: Handler, event: unknown, context: Context): unknown {
  if (handler.length < 3) return handler(event, context, () => undefined);
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

async function outcomeOf(handler: Handler, call: Call): Promise<Outcome> {
  try {
    const returned = await run(handler, unpack(call.buffer, call.count, call.source), contextOf(call));
    return { kind: 'answer', json: call.answer ? JSON.stringify(returned) : undefined };
  } catch (error) {
    return { kind: 'fault', fault: faultOf(error) };
  }
}

/** Answers that become ready in the same turn of the event loop travel together. */
let outbox: Reply[] = [];
function reply(answer: Reply): void {
  if (outbox.push(answer) > 1) return;
  setImmediate(() => {
    const replies = outbox;
    outbox = [];
    post({ kind: 'replies', replies });
  });
}

async function load({ file, handler: name }: FunctionSpec): Promise<Handler> {
  const module: Record<string, unknown> & { default?: unknown } = await import(pathToFileURL(file).href);
  const handler = exported(module, name) ?? exported(module.default, name);
  if (typeof handler === 'function') return handler as Handler;
  throw new TypeError(`${file} has no function "${name}" among its exports`);
}

/** `orders.ship` is `ship` inside the export `orders`, as on AWS. */
const exported = (from: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from);

/** Of a module that cannot be loaded its neighbours know nothing: alone, it is tried anew and says why. */
async function outcomeIn(loaded: Map<string, Handler | Fault>, call: Call): Promise<Outcome> {
  const handler = loaded.get(call.functionName);
  if (typeof handler === 'function') return outcomeOf(handler, call);
  const fault = handler ?? { name: 'Error', message: `there is no function "${call.functionName}" here` };
  return { kind: 'throttled', fault, isolate: true };
}

process.setSourceMapsEnabled(true);
const loaded = new Map<string, Handler | Fault>();
const keep = async ([name, spec]: [string, FunctionSpec]) => {
  loaded.set(name, await load(spec).catch(faultOf));
};
await Promise.all(Object.entries(functions).map(keep));
const faults = [...loaded.values()].filter((one) => typeof one !== 'function');
const [fault] = faults;
if (fault && faults.length === loaded.size) post({ kind: 'unusable', fault });
else {
  parentPort?.on('message', (calls: Call[]) => {
    for (const call of calls) void outcomeIn(loaded, call).then((outcome) => reply({ id: call.id, outcome }));
  });
  post({ kind: 'ready' });
}
