import { createServer } from 'node:http';
import { guard } from '../http/guard.ts';
import { portOf } from '../http/portOf.ts';
import type { Dispatcher, DispatcherStats } from './dispatcher.ts';
import { metricsOf } from './metrics.ts';

/** The HTTP server of the probes; `port` is the one that was bound. */
export type Probes = { port: number; close(): Promise<void> };

const nothing: DispatcherStats = { mappings: {}, coldStarts: {} };

type Answers = Readonly<Record<string, () => Promise<[status: number, body: string, type: string]>>>;

function answersOf(dispatcher: () => Pick<Dispatcher, 'stats'> | undefined): Answers {
  const registry = metricsOf(() => dispatcher()?.stats() ?? nothing);
  return {
    '/health': async () => [200, 'ok\n', 'text/plain'],
    '/ready': async () => {
      const stats = dispatcher()?.stats();
      if (!stats) return [503, 'not ready: starting\n', 'text/plain'];
      const waiting = Object.values(stats.mappings).filter(({ ready }) => !ready);
      if (waiting.length === 0) return [200, 'ready\n', 'text/plain'];
      return [503, `not ready: ${waiting.map(({ consumerGroupId }) => consumerGroupId).join(', ')}\n`, 'text/plain'];
    },
    '/metrics': async () => [200, await registry.metrics(), registry.contentType],
  };
}

/**
 * Answers `/health` (the process works), `/ready` (every mapping is a member of its group; 503 else) and `/metrics`.
 * @param dispatcher undefined while it starts
 * @param port 0 takes any that is free
 */
export async function serveProbes(
  dispatcher: () => Pick<Dispatcher, 'stats'> | undefined,
  port: number,
): Promise<Probes> {
  const answers = answersOf(dispatcher);
  const server = createServer((request, response) => {
    // No URL is made of it: what is none, like //, would be thrown about.
    const [path = ''] = (request.url ?? '').split('?');
    const answer = Object.hasOwn(answers, path) ? answers[path] : undefined;
    if (!answer) {
      response.writeHead(404).end(`there is ${Object.keys(answers).join(', ')}\n`);
      return;
    }
    answer().then(
      ([status, body, type]) => response.writeHead(status, { 'content-type': type }).end(body),
      (error) => response.writeHead(500).end(`${error}\n`),
    );
  });
  // Whoever collects figures runs as a user of its own.
  guard(server, () => ({ anyUser: true }));
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    port: portOf(server),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
