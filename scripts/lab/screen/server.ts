/**
 * The screen: takes the batches of the function `show`, and passes them on to everybody who looks, by WebSocket.
 * It answers the function at once, whoever looks and however slowly.
 */

import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { join } from 'node:path';
import { stop as endBundler } from 'esbuild';
import { WebSocketServer } from 'ws';
import { z } from 'zod';
import { paletteCss } from '../../../functions/pages/palette.ts';
import { codeOf, Trouble } from '../../../infra/faults.ts';
import { guard } from '../../../infra/http/guard.ts';
import { portOf } from '../../../infra/http/portOf.ts';
import { readJson } from '../../../infra/json.ts';
import { bundled } from '../../../infra/system/pages.ts';
import { type Rates, Viewer } from './viewer.ts';

/** A batch of Lambda's 6 MB, read out of base64 and written again with ids. */
const mostBytes = 16 * 1024 * 1024;

const batchSchema = z.array(z.object({ id: z.string(), text: z.string(), at: z.number() }));

type File = Readonly<{ type: string; body: string }>;

/** The page, made once; the bundler's own process would keep its memory until the end. */
async function makeFiles(): Promise<Readonly<Record<string, File>>> {
  const own = (name: string): string => join(import.meta.dirname, 'page', name);
  const [script, style] = await Promise.all([bundled(own('page.ts')), bundled(own('page.css'))]).finally(endBundler);
  return {
    '/': { type: 'text/html', body: readFileSync(own('page.html'), 'utf8') },
    '/page.js': { type: 'text/javascript', body: script },
    '/page.css': { type: 'text/css', body: paletteCss + style },
  };
}

const headers = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; base-uri 'none'; " +
    "form-action 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
};

/** `url` has no slash at its end. `tell` reaches all who look; `close` ends their connections too. */
export type Screen = Readonly<{
  url: string;
  /** Messages that came, in all. */
  shown(): number;
  tell(rates: Rates): void;
  close(): Promise<void>;
}>;

/** @param port 0 takes a free one */
export async function startScreen(port: number): Promise<Screen> {
  const files = await makeFiles();
  const viewers = new Set<Viewer>();
  let shown = 0;
  const take = (body: string): number => {
    const batch = batchSchema.safeParse(readJson(body));
    if (!batch.success) return 400;
    shown += batch.data.length;
    for (const viewer of viewers) viewer.show(body, batch.data.length);
    return 204;
  };
  const server = createServer((request, response) => {
    answer(request, response, { files, take }).catch(() => response.destroy());
  });
  guard(server);
  await listen(server, port);
  // Only now: it would take a failure to listen for its own, and nobody would hear of it.
  const sockets = new WebSocketServer({ server, path: '/live', maxPayload: 1024 });
  sockets.on('connection', (socket) => {
    const viewer = new Viewer(socket);
    viewers.add(viewer);
    socket.on('close', () => viewers.delete(viewer));
  });
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    shown: () => shown,
    tell(rates) {
      for (const viewer of viewers) viewer.tell(rates);
    },
    async close() {
      for (const socket of sockets.clients) socket.close(1001);
      sockets.close();
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

/** @throws Trouble that says what to do about a taken port */
async function listen(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1');
  try {
    await once(server, 'listening');
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    throw new Trouble('machine', `Port ${port} is taken: end the program that has it, or take another one by --port`);
  }
}

type Offered = Readonly<{ files: Readonly<Record<string, File>>; take(body: string): number }>;

async function answer(request: IncomingMessage, response: ServerResponse, { files, take }: Offered): Promise<void> {
  const { pathname } = new URL(request.url ?? '/', 'http://screen');
  if (request.method === 'POST' && pathname === '/messages') {
    const body = await readBody(request);
    response.writeHead(body === undefined ? 413 : take(body)).end();
    return;
  }
  const found = request.method === 'GET' ? files[pathname] : undefined;
  if (!found) {
    response.writeHead(404, { 'content-type': 'text/plain' }).end('There is nothing here.\n');
    return;
  }
  response.writeHead(200, { ...headers, 'content-type': `${found.type}; charset=utf-8` });
  response.end(found.body);
}

/** @returns undefined for a body that is too long */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length;
    if (length <= mostBytes) parts.push(part);
  }
  return length > mostBytes ? undefined : Buffer.concat(parts).toString('utf8');
}
