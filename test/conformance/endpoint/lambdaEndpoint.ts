/** The Invoke API for many functions: each runs behind AWS's Runtime Interface Emulator, in an environment for each call at a time. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { type EmulatedFunction, emulated } from '../../../infra/engines/emulator.fixture.ts';
import { portOf } from '../../../infra/http/portOf.ts';

/** Of a service's functions, what an endpoint has to know. */
export type EndpointFunction = Readonly<{
  handler: string;
  timeout?: number;
  memorySize?: number;
  environment?: Readonly<Record<string, string>>;
}>;

export type LambdaEndpoint = Readonly<{ url: string; end(): Promise<void> }>;

const bootstrap = join(import.meta.dirname, 'bootstrap.mjs');

/** The environments of one function: as on AWS, a call that finds none idle gets one of its own. */
class Environments {
  readonly #idle: EmulatedFunction[] = [];
  readonly #all: Promise<EmulatedFunction>[] = [];
  readonly #start: () => Promise<EmulatedFunction>;

  constructor(start: () => Promise<EmulatedFunction>) {
    this.#start = start;
  }

  async call(body: Buffer, headers: Record<string, string>): Promise<Response> {
    const environment = this.#idle.pop() ?? (await this.#another());
    const url = `${environment.endpoint}/2015-03-31/functions/function/invocations`;
    // One that does not answer is not called again.
    const response = await fetch(url, { method: 'POST', body: new Uint8Array(body), headers });
    this.#idle.push(environment);
    return response;
  }

  #another(): Promise<EmulatedFunction> {
    const one = this.#start();
    this.#all.push(one);
    return one;
  }

  async end(): Promise<void> {
    await Promise.all(this.#all.map(async (one) => (await one.catch(() => undefined))?.end()));
  }
}

function environmentOf(name: string, { handler, timeout = 30, memorySize = 1024, environment }: EndpointFunction) {
  return {
    _HANDLER: handler,
    AWS_LAMBDA_FUNCTION_NAME: name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_TIMEOUT: `${timeout}`,
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: `${memorySize}`,
    AWS_REGION: 'us-east-1',
    LAMBDA_TASK_ROOT: '/var/task',
    // As AWS's own runtime bounds its heap by what the function may have.
    NODE_OPTIONS: `--max-old-space-size=${Math.floor(memorySize * 0.9)}`,
    ...environment,
  };
}

/** @param folder where the handlers' paths start */
export async function lambdaEndpoint(
  functions: Readonly<Record<string, EndpointFunction>>,
  folder: string,
): Promise<LambdaEndpoint> {
  const all = new Map(
    Object.entries(functions).map(([name, definition]) => {
      const command = [process.execPath, bootstrap, definition.handler];
      return [
        name,
        new Environments(() => emulated(command, { folder, environment: environmentOf(name, definition) })),
      ];
    }),
  );
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const [, name = ''] = /^\/2015-03-31\/functions\/([^/]+)\/invocations$/.exec(request.url ?? '') ?? [];
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const context = request.headers['x-amz-client-context'];
    const headers: Record<string, string> = typeof context === 'string' ? { 'x-amz-client-context': context } : {};
    const got = await all.get(decodeURIComponent(name))?.call(Buffer.concat(chunks), headers);
    if (!got) return void response.writeHead(404).end('{}');
    const fault = got.headers.get('x-amz-function-error');
    response.writeHead(got.status, fault ? { 'x-amz-function-error': fault } : {});
    response.end(Buffer.from(await got.arrayBuffer()));
  };
  const server = createServer((request, response) => {
    answer(request, response).catch((error) => response.writeHead(502).end(String(error)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    async end() {
      server.close();
      server.closeAllConnections();
      await Promise.all([...all.values()].map((one) => one.end()));
    },
  };
}
