/** A runtime of its own for JavaScript, by AWS's runtime API: the handler of `_HANDLER`, called for one event after the other. */
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { AWS_LAMBDA_RUNTIME_API, _HANDLER = '', ...variables } = process.env;
const api = `http://${AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime`;
const post = (path, body) => fetch(`${api}/${path}`, { method: 'POST', body: JSON.stringify(body) });
const described = ({ name, message, stack }) => ({
  errorType: name,
  errorMessage: message,
  trace: `${stack}`.split('\n'),
});

let current;
/** What is thrown where nobody catches it fails the call that is under way, and ends the environment. */
const end = async (errorType, error) => {
  const path = current ? `invocation/${current}/error` : 'init/error';
  await post(path, { ...described(error), errorType });
  process.exit(129);
};
process.on('uncaughtException', (error) => end('Runtime.UncaughtException', error));
process.on('unhandledRejection', (error) => end('Runtime.UnhandledPromiseRejection', error));

function contextOf(headers) {
  const client = headers.get('lambda-runtime-client-context');
  return {
    functionName: variables.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: variables.AWS_LAMBDA_FUNCTION_VERSION,
    memoryLimitInMB: variables.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    awsRequestId: headers.get('lambda-runtime-aws-request-id'),
    invokedFunctionArn: headers.get('lambda-runtime-invoked-function-arn'),
    getRemainingTimeInMillis: () => Number(headers.get('lambda-runtime-deadline-ms')) - Date.now(),
    ...(client ? { clientContext: JSON.parse(client) } : {}),
  };
}

const dot = _HANDLER.lastIndexOf('.');
const handler = createRequire(import.meta.url)(join(process.cwd(), _HANDLER.slice(0, dot)))[_HANDLER.slice(dot + 1)];
for (;;) {
  const { headers, ...response } = await fetch(`${api}/invocation/next`).then(async (next) => ({
    headers: next.headers,
    event: await next.json(),
  }));
  current = headers.get('lambda-runtime-aws-request-id');
  try {
    await post(`invocation/${current}/response`, (await handler(response.event, contextOf(headers))) ?? null);
  } catch (error) {
    await post(`invocation/${current}/error`, described(error));
  }
  current = undefined;
}
