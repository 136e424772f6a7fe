import type { LambdaClient } from '@aws-sdk/client-lambda';
import { systemClock, withDeadline } from '../../clock.ts';
import { isJsonObject, type JsonObject, readJson } from '../../json.ts';
import { clientConfig } from './awsClient.ts';
import { type Fault, type FunctionSpec, faultOf, type Outcome } from './invocation.ts';
import type { Invoker, Request } from './invoker.ts';
import { pack, unpack } from './packing.ts';

/** What it takes to get there and back, on top of the function's own time-out. */
const travelMilliseconds = 5000;

/**
 * Answers that mean "later": the function was not started, so no attempt was made. Any other failure, such as a
 * connection that breaks or an error of the service itself, may be the work of these very records.
 */
const later = ['TooManyRequestsException', 'ResourceNotReadyException', 'ResourceConflictException'];
const laterStatus = [429, 503];
const unreachable = ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'];

/** An error of the AWS SDK or of the connection under it, with what the body of the answer says. */
type Failure = Error & {
  code?: string;
  $metadata?: { httpStatusCode?: number };
  errorType?: unknown;
  errorMessage?: unknown;
};

/**
 * Calls functions through AWS Lambda's Invoke API: of AWS itself, or of anything that speaks it (serverless-offline
 * listens on port 3002). Functions go by their deployed names.
 * @param endpoint such as `http://127.0.0.1:3002`
 */
export async function lambdaInvoker(
  endpoint: string,
  functions: Readonly<Record<string, FunctionSpec>>,
  clock = systemClock,
): Promise<Invoker> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client: LambdaClient = new LambdaClient(clientConfig(endpoint));
  return {
    // Whoever runs the functions there warms them.
    warm: async () => undefined,
    async invoke(name, { source, records, custom, answer }: Request): Promise<Outcome> {
      const spec = functions[name];
      const seconds = spec?.timeoutSeconds ?? 900;
      const command = new InvokeCommand({
        FunctionName: spec?.name ?? name,
        InvocationType: 'RequestResponse',
        Payload: Buffer.from(JSON.stringify(unpack(pack(records), records.length, source))),
        ...(spec?.clientContext ? { ClientContext: Buffer.from(JSON.stringify({ custom })).toString('base64') } : {}),
      });
      try {
        const send = (abortSignal: AbortSignal) => client.send(command, { abortSignal });
        const answered = await withDeadline(clock, seconds * 1000 + travelMilliseconds, send);
        const { ExecutedVersion, FunctionError, Payload } = answered;
        const text = Payload ? Buffer.from(Payload).toString() : '';
        const fault = FunctionError ? reported(text) : emulatedFault(text, ExecutedVersion);
        if (fault) return { kind: 'fault', fault };
        return { kind: 'answer', json: answer && text !== '' ? text : undefined };
      } catch (error) {
        return failed(error as Failure);
      }
    },
    close: async () => client.destroy(),
  };
}

const descriptionKeys = ['errorType', 'errorMessage', 'stackTrace', 'trace', 'requestId', 'cause'];
const timedOut = /^Task timed out after \d+\.\d+ seconds$/;

/**
 * AWS's Runtime Interface Emulator marks a failed call by nothing: its answer is the description of the error, or a sentence.
 * Nor does it tell the version that it ran, as Lambda does of every call: there a description is what the function returned.
 * The sentence is no JSON, so no function returned it; emulators that run ours in that one pass it on beside a version.
 */
function emulatedFault(text: string, version: string | undefined): Fault | undefined {
  if (timedOut.test(text)) return { name: 'Sandbox.Timedout', message: text };
  if (version !== undefined || !text.startsWith('{')) return undefined;
  const said = described(text);
  const isWhole = typeof said.errorType === 'string' && typeof said.errorMessage === 'string';
  return isWhole && Object.keys(said).every((key) => descriptionKeys.includes(key)) ? reported(text) : undefined;
}

/** Lambda describes a function's error as JSON; not all that speak its API do. */
function reported(text: string): Fault {
  const { errorType, errorMessage, trace, stackTrace } = described(text);
  const frames = trace ?? stackTrace;
  return {
    name: String(errorType ?? 'Error'),
    message: String(errorMessage ?? 'the function failed without a message'),
    ...(Array.isArray(frames) ? { stack: frames.join('\n') } : {}),
  };
}

function described(text: string): JsonObject {
  const value = readJson(text);
  if (isJsonObject(value)) return value;
  return text ? { errorMessage: text } : {};
}

function failed(error: Failure): Outcome {
  const { errorType: name, errorMessage: message } = error;
  const isTold = name && message && typeof name === 'string' && typeof message === 'string';
  const fault = isTold ? { name, message } : faultOf(error);
  const neverStarted =
    later.includes(error.name) ||
    unreachable.includes(error.code ?? '') ||
    laterStatus.includes(error.$metadata?.httpStatusCode ?? 0);
  return { kind: neverStarted ? 'throttled' : 'fault', fault };
}
