import type { LambdaClient } from '@aws-sdk/client-lambda';
import { type Fault, type FunctionSpec, faultOf, type Outcome } from './invocation.ts';
import type { Invoker, Request } from './invoker.ts';
import { pack, unpack } from './packing.ts';

/** What it takes to get there and back, on top of the function's own time-out. */
const travelMilliseconds = 5000;

/** Answers that mean "later": the function was not started, so no attempt was made. */
const later = ['TooManyRequestsException', 'ServiceException', 'ResourceNotReadyException', 'EC2ThrottledException'];
const unreachable = ['ECONNREFUSED', 'ECONNRESET', 'ENOTFOUND', 'EAI_AGAIN', 'EPIPE'];

/** An error of the AWS SDK or of the connection under it. */
type Failure = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

/**
 * Calls functions through AWS Lambda's Invoke API: of AWS itself, or of anything that speaks it (serverless-offline
 * listens on port 3002). Functions go by their deployed names.
 * @param endpoint such as `http://127.0.0.1:3002`
 */
export async function lambdaInvoker(
  endpoint: string,
  functions: Readonly<Record<string, FunctionSpec>>,
): Promise<Invoker> {
  const { InvokeCommand, LambdaClient } = await import('@aws-sdk/client-lambda');
  const client: LambdaClient = new LambdaClient({ endpoint, maxAttempts: 1, ...localDefaults(endpoint) });
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
        const abortSignal = AbortSignal.timeout(seconds * 1000 + travelMilliseconds);
        const { FunctionError, Payload } = await client.send(command, { abortSignal });
        const text = Payload ? Buffer.from(Payload).toString() : '';
        if (FunctionError) return { kind: 'fault', fault: reported(text) };
        return { kind: 'answer', json: answer && text !== '' ? text : undefined };
      } catch (error) {
        return failed(error as Failure);
      }
    },
    close: async () => client.destroy(),
  };
}

/** An endpoint on this machine asks for no credentials, but the SDK will not send without any. */
function localDefaults(endpoint: string): {
  region?: string;
  credentials?: { accessKeyId: string; secretAccessKey: string };
} {
  const local = ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(endpoint).hostname);
  if (!local) return {};
  return {
    region: process.env.AWS_REGION ?? 'us-east-1',
    ...(process.env.AWS_ACCESS_KEY_ID ? {} : { credentials: { accessKeyId: 'local', secretAccessKey: 'local' } }),
  };
}

/** Lambda describes a function's error as JSON. */
function reported(text: string): Fault {
  const { errorType, errorMessage, trace, stackTrace } = JSON.parse(text || '{}') as Record<string, unknown>;
  const frames = trace ?? stackTrace;
  return {
    name: String(errorType ?? 'Error'),
    message: String(errorMessage ?? 'the function failed without a message'),
    ...(Array.isArray(frames) ? { stack: frames.join('\n') } : {}),
  };
}

function failed(error: Failure): Outcome {
  const fault = faultOf(error);
  const status = error.$metadata?.httpStatusCode ?? 0;
  const kind =
    later.includes(error.name) || unreachable.includes(error.code ?? '') || status >= 500 ? 'throttled' : 'fault';
  return { kind, fault };
}
