import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { guard } from '../http/guard.ts';
import type { Dispatcher } from './dispatcher.ts';
import { metricsOf } from './metrics.ts';

export type Probes = { port: number; close(): Promise<void> };

/**
 * Answers `/health` (the process works), `/ready` (every mapping is a member of its group; 503 else) and `/metrics`.
 * @param port 0 takes any that is free
 */
export async function serveProbes(dispatcher: Dispatcher, port: number): Promise<Probes> {
  const registry = metricsOf(() => dispatcher.stats());
  const answers: Record<string, () => Promise<[status: number, body: string, type: string]>> = {
    '/health': async () => [200, 'ok\n', 'text/plain'],
    '/ready': async () => {
      const waiting = Object.values(dispatcher.stats().mappings).filter(({ ready }) => !ready);
      if (waiting.length === 0) return [200, 'ready\n', 'text/plain'];
      return [503, `not ready: ${waiting.map(({ consumerGroupId }) => consumerGroupId).join(', ')}\n`, 'text/plain'];
    },
    '/metrics': async () => [200, await registry.metrics(), registry.contentType],
  };
  const server = createServer((request, response) => {
    const answer = answers[new URL(request.url ?? '/', 'http://localhost').pathname];
    if (!answer) {
      response.writeHead(404).end(`there is ${Object.keys(answers).join(', ')}\n`);
      return;
    }
    answer().then(
      ([status, body, type]) => response.writeHead(status, { 'content-type': type }).end(body),
      (error) => response.writeHead(500).end(`${error}\n`),
    );
  });
  guard(server);
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
