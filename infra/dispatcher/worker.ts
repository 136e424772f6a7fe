/** Runs in a thread of its own: holds one function, and calls it. */
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import type { Context } from 'aws-lambda';
import { unpack } from './event.ts';
import {
  type Call,
  type Custom,
  faultOf,
  type Message,
  type Outcome,
  type Reply,
  type WorkerData,
} from './invocation.ts';

type Callback = (error?: unknown, result?: unknown) => void;
type Handler = (event: unknown, context: Context, callback: Callback) => unknown;

const { name, spec } = workerData as WorkerData;
const deployedName = spec.name ?? name;
const memory = String(spec.memoryMegabytes ?? 1024);
const stream = new Date().toISOString().slice(0, 10).replaceAll('-', '/');
const post = (message: Message) => parentPort?.postMessage(message);

/** Whether this worker has been called before: the first call of a worker is a cold start. */
let warm = false;

function contextOf(call: Call): Context {
  const custom: Custom & { coldStart: boolean } = { ...call.custom, coldStart: !warm };
  warm = true;
  const unsupported = () => {
    throw new Error('context.done, fail and succeed are gone from AWS Lambda: return a promise');
  };
  return {
    awsRequestId: call.requestId,
    callbackWaitsForEmptyEventLoop: true,
    clientContext: { custom } as unknown as NonNullable<Context['clientContext']>,
    functionName: deployedName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:${process.env.AWS_REGION ?? 'us-east-1'}:000000000000:function:${deployedName}`,
    logGroupName: `/aws/lambda/${deployedName}`,
    logStreamName: `${stream}/[$LATEST]${call.requestId.replaceAll('-', '')}`,
    memoryLimitInMB: memory,
    getRemainingTimeInMillis: () => Math.max(0, call.deadline - Date.now()),
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

async function load(): Promise<Handler> {
  const module: Record<string, unknown> & { default?: Record<string, unknown> } = await import(
    pathToFileURL(spec.file).href
  );
  const handler = module[spec.handler] ?? module.default?.[spec.handler];
  if (typeof handler === 'function') return handler as Handler;
  throw new TypeError(`${spec.file} has no function "${spec.handler}" among its exports`);
}

process.setSourceMapsEnabled(true);
load().then(
  (handler) => {
    parentPort?.on('message', (calls: Call[]) => {
      for (const call of calls) void outcomeOf(handler, call).then((outcome) => reply({ id: call.id, outcome }));
    });
    post({ kind: 'ready' });
  },
  (error) => post({ kind: 'unusable', fault: faultOf(error) }),
);
