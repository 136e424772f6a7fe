/**
 * A Lambda runtime without AWS's image: asks the runtime API that is named by AWS_LAMBDA_RUNTIME_API for the next call of
 * the handler (`folder/module.export`, below this folder), and answers it.
 */
import { join } from 'node:path';

const api = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation`;
const [path = '', name = ''] = (process.argv[2] ?? '').split('.');
const { [name]: handler } = await import(join(process.cwd(), `${path}.js`));

async function serveOne(): Promise<void> {
  const next = await fetch(`${api}/next`);
  const id = next.headers.get('lambda-runtime-aws-request-id');
  const context = {
    awsRequestId: id,
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    getRemainingTimeInMillis: () => Number(next.headers.get('lambda-runtime-deadline-ms')) - Date.now(),
  };
  try {
    const answer = await handler(await next.json(), context);
    await fetch(`${api}/${id}/response`, { method: 'POST', body: JSON.stringify(answer) });
  } catch (error) {
    const { name: errorType, message: errorMessage } = error as Error;
    await fetch(`${api}/${id}/error`, { method: 'POST', body: JSON.stringify({ errorType, errorMessage }) });
  }
}

for (;;) await serveOne();
