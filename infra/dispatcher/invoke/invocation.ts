/** What passes between the dispatcher and the thread of a function. All of it survives a structured clone. */

import { objectOf } from '../../json.ts';
import type { Source } from './kafkaEvent.ts';

/** A function as the dispatcher knows it. */
export type FunctionSpec = {
  /** As deployed, such as `shop-dev-ship`: what the context calls it. */
  name?: string;
  /** Absolute path of the module. */
  file: string;
  /** Name of the export that is called; `a.b` is `b` inside the export `a`. */
  handler: string;
  /** The handler as serverless.yml names it: module and export. */
  deployedHandler?: string;
  /** AWS's region, for what the function sees of it. */
  region?: string;
  /** Whether the context has `clientContext.custom`, which no event source mapping of AWS gives. */
  clientContext?: boolean;
  timeoutSeconds: number;
  environment?: Record<string, string>;
  /** Cap on the heap of one worker. */
  memoryMegabytes?: number;
  /** Workers that are started with the dispatcher and kept, so that no call meets a cold start. */
  provisionedConcurrency?: number;
  /** How many invocations one worker takes at the same time; 1 unless set. */
  concurrencyPerWorker?: number;
  /** Functions that name the same one run in one thread, whatever each has in flight. */
  worker?: string;
  /** Where a debugger finds its worker, at 127.0.0.1; without it none is let in. */
  inspectPort?: number;
};

/** By name. */
export type Functions = Readonly<Record<string, FunctionSpec>>;

/** What the function calls itself to the outside, in a region and an account that are not there. */
export const functionArn = (name: string, { name: deployed = name, region }: FunctionSpec): string =>
  `arn:aws:lambda:${region ?? process.env.AWS_REGION ?? 'us-east-1'}:000000000000:function:${deployed}`;

/** Reaches a function that asks for it as `context.clientContext.custom`. */
export type Custom = {
  /** 1 for the first delivery of these records, 2 for the next, whether the batch was tried again whole or split … */
  attempt: number;
  /** How many of the mapping's `maximumRetryAttempts` are spent: splitting a batch spends none. */
  retries: number;
  /** Milliseconds since 1970 when the oldest record of the batch came out of Kafka. */
  fetchedAt: number;
};

/** One invocation on its way to a worker: either packed records or a ready event as JSON. */
export type Call = {
  id: number;
  functionName: string;
  requestId: string;
  /** Milliseconds since 1970. */
  deadline: number;
  custom: Custom;
  /** Whether the return value is wanted. */
  answer: boolean;
  buffer: ArrayBuffer;
  count: number;
  source: Source;
};

/** What a function threw, as Lambda tells it: errorType, errorMessage and stack. */
export type Fault = { name: string; message: string; stack?: string };

/**
 * What became of an invocation. A throttled one does not count as an attempt: it was never started, or its worker died
 * while it had other calls too, and nothing says which of them did it. Such a one wants to be called again in isolation.
 * A cancelled one was not started either: while it waited it was no longer wanted.
 */
export type Outcome =
  | { kind: 'answer'; json: string | undefined }
  | { kind: 'fault'; fault: Fault }
  | { kind: 'throttled'; fault: Fault; isolate?: true }
  | { kind: 'cancelled' };

/** `id` is the one of the `Call`. Replies come in the order in which the calls end. */
export type Reply = { id: number; outcome: Outcome };

/** Worker to dispatcher. */
export type Message =
  /** The path of a module that it has read, if it was asked to tell. */
  | { kind: 'loaded'; file: string }
  | { kind: 'ready' }
  | { kind: 'unusable'; fault: Fault }
  | { kind: 'replies'; replies: Reply[] };

/** Whether it is one of ours: a function may post whatever it likes to its `parentPort`. */
export function isMessage(value: unknown): value is Message {
  const { kind, fault, replies, file } = objectOf(value);
  if (kind === 'loaded') return typeof file === 'string';
  if (kind === 'replies') return Array.isArray(replies) && replies.every(isReply);
  return kind === 'ready' || (kind === 'unusable' && isFault(fault));
}

function isReply(value: unknown): value is Reply {
  const { id, outcome } = objectOf(value);
  const { kind, json, fault } = objectOf(outcome);
  if (typeof id !== 'number') return false;
  if (kind === 'answer') return json === undefined || typeof json === 'string';
  return (kind === 'fault' || kind === 'throttled') && isFault(fault);
}

function isFault(value: unknown): value is Fault {
  const { name, message } = objectOf(value);
  return typeof name === 'string' && typeof message === 'string';
}

/** Dispatcher to worker, when it is started. */
export type WorkerData = { functions: Functions; tellsFiles: boolean };

/** What is thrown and no Error gets the name `Error`, its text as message, and no stack. */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  return { name: error.name, message: error.message, ...(error.stack ? { stack: error.stack } : {}) };
}
