/** What stands around a handler: AWS's runtime for Node, as far as a function sees of it. */
import { pathToFileURL } from 'node:url';
import type { Context } from 'aws-lambda';
import type { Clock } from '../../clock.ts';
import {
  type Call,
  type Custom,
  type FunctionSpec,
  type Functions,
  faultOf,
  functionArn,
  type Outcome,
} from './invocation.ts';
import type { KafkaEvent } from './kafkaEvent.ts';
import { unpack } from './packing.ts';

type Callback = (error?: unknown, result?: unknown) => void;
/** Of any of AWS's three kinds: it returns a promise, or a value, or calls back. */
export type Handler = (event: KafkaEvent, context: Context, callback: Callback) => unknown;

/** Called with what a handler is called with, and with what it returned. */
type Observer = { called(event: KafkaEvent, context: Context): void; returned(value: unknown): void };

/** Calls the handlers of one worker. */
export class Runtime {
  readonly #functions: Functions;
  readonly #clock: Clock;
  readonly #stream: string;
  /** What the functions that have been called here before are called outside: a function's first call in a worker is a cold start. */
  readonly #called = new Map<string, string>();

  constructor(functions: Functions, clock: Clock) {
    this.#functions = functions;
    this.#clock = clock;
    this.#stream = new Date(clock.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  }

  /** Calls a handler. Never rejects: what it throws is an outcome. */
  async outcomeOf(handler: Handler, call: Call, observer?: Observer): Promise<Outcome> {
    try {
      const [event, context] = [unpack(call.buffer, call.count, call.source), this.#contextOf(call)];
      observer?.called(event, context);
      const returned = await run(handler, event, context);
      observer?.returned(returned);
      return { kind: 'answer', json: call.answer ? JSON.stringify(returned) : undefined };
    } catch (error) {
      return { kind: 'fault', fault: faultOf(error) };
    }
  }

  #contextOf(call: Call): Context {
    const { functionName } = call;
    const spec = this.#functions[functionName] as FunctionSpec;
    const { name = functionName, memoryMegabytes = 1024 } = spec;
    const known = this.#called.get(functionName);
    const custom: Custom & { coldStart: boolean } = { ...call.custom, coldStart: known === undefined };
    // Its region may come out of the environment, which takes longer to ask than the rest.
    const arn = known ?? functionArn(functionName, spec);
    if (known === undefined) this.#called.set(functionName, arn);
    const unsupported = () => {
      throw new Error('context.done, fail and succeed are gone from AWS Lambda: return a promise');
    };
    return {
      awsRequestId: call.requestId,
      callbackWaitsForEmptyEventLoop: true,
      functionName: name,
      functionVersion: '$LATEST',
      invokedFunctionArn: arn,
      logGroupName: `/aws/lambda/${name}`,
      logStreamName: `${this.#stream}/[$LATEST]${call.requestId.replaceAll('-', '')}`,
      memoryLimitInMB: String(memoryMegabytes),
      getRemainingTimeInMillis: () => Math.max(0, call.deadline - this.#clock.now()),
      done: unsupported,
      fail: unsupported,
      succeed: unsupported,
      // At its end: each member that follows a spread costs as much as all that go before it.
      ...(spec.clientContext ? { clientContext: { custom } as unknown as NonNullable<Context['clientContext']> } : {}),
    };
  }
}

function run(handler: Handler, event: KafkaEvent, context: Context): unknown {
  if (handler.length < 3) return handler(event, context, () => undefined);
  return new Promise((resolve, reject) => {
    const returned = handler(event, context, (error, result) => (error ? reject(error) : resolve(result)));
    if (returned instanceof Promise) returned.then(resolve, reject);
  });
}

/** Imports a function's module. @throws what the module throws, and a TypeError where it has no such export */
export async function load({ file, handler: name }: FunctionSpec): Promise<Handler> {
  const module: Record<string, unknown> & { default?: unknown } = await import(pathToFileURL(file).href);
  const handler = exported(module, name) ?? exported(module.default, name);
  if (typeof handler === 'function') return handler as Handler;
  throw new TypeError(`${file} has no function "${name}" among its exports`);
}

/** `orders.ship` is `ship` inside the export `orders`, as on AWS. */
const exported = (from: unknown, path: string): unknown =>
  path.split('.').reduce<unknown>((value, name) => (value as Record<string, unknown> | undefined)?.[name], from);
