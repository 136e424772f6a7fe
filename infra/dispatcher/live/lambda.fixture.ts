/** A server that answers what is asked of a Lambda endpoint here, as AWS's API does. */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { portOf } from '../../http/portOf.ts';

/** An event source mapping as the API lists it. */
export type Listed = { UUID: string; FunctionArn: string; State: string } & Record<string, unknown>;

/** Its mappings may be changed at any time. */
export type LambdaServer = Readonly<{
  url: string;
  mappings: Map<string, Listed>;
  /** Functions of which nothing is told. */
  silent: Set<string>;
  close(): void;
}>;

type Answer = [status: number, body: string, headers?: Record<string, string>];

/** So many mappings are listed at a time. */
const pageSize = 2;

function listed(mappings: ReadonlyMap<string, Listed>, url: URL): Answer {
  const from = Number(url.searchParams.get('Marker') ?? 0);
  const all = [...mappings.values()];
  const more = from + pageSize < all.length ? { NextMarker: `${from + pageSize}` } : {};
  return [200, JSON.stringify({ EventSourceMappings: all.slice(from, from + pageSize), ...more })];
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
};

/**
 * @param invoked gets the function's name, and the event; throws what the function throws
 * @param port any that is free unless given
 */
export async function lambdaServer(
  invoked: (functionName: string, event: unknown) => unknown,
  port = 0,
): Promise<LambdaServer> {
  const mappings = new Map<string, Listed>();
  const silent = new Set<string>();
  const answer = async (request: IncomingMessage): Promise<Answer> => {
    const url = new URL(request.url ?? '', 'http://lambda');
    if (url.pathname === '/2015-03-31/event-source-mappings') return listed(mappings, url);
    const [, name = '', what] =
      /^\/2015-03-31\/functions\/([^/]+)\/(configuration|invocations)$/.exec(url.pathname) ?? [];
    if (what === 'configuration' && silent.has(name)) return [404, '{}'];
    if (what === 'configuration') return [200, JSON.stringify({ FunctionName: name, Timeout: 7 })];
    if (what !== 'invocations') return [404, '{}'];
    try {
      const result = await invoked(decodeURIComponent(name), JSON.parse(await textOf(request)));
      return [200, JSON.stringify(result ?? null)];
    } catch (error) {
      return [200, JSON.stringify({ errorMessage: String(error) }), { 'x-amz-function-error': 'Unhandled' }];
    }
  };
  const server: Server = createServer((request, response) => {
    void answer(request).then(([status, body, headers]) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    mappings,
    silent,
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}
