import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import type { Produced, Source } from './source.ts';
import { filteredStream, ruleOf } from './x.ts';

const post = (number: number) => ({
  data: {
    id: `${number}`,
    text: `Post ${number} about Chile`,
    created_at: '2026-01-02T03:04:05.000Z',
    lang: 'en',
    author_id: 'u1',
  },
  includes: { users: [{ id: 'u1', username: 'invented', name: 'Nobody' }] },
});

type Played = (response: ServerResponse, connection: number) => void;

/** A small real server with X's paths: rules, and a stream that a test plays. */
async function stage(context: TestContext, play: Played) {
  const seen: { method: string; path: string; token: string | undefined; body: string }[] = [];
  let connections = 0;
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const part of request) body += part;
    const { pathname } = new URL(request.url ?? '', 'http://stage');
    seen.push({ method: request.method ?? '', path: pathname, token: request.headers.authorization, body });
    if (pathname.endsWith('/stream')) return play(response, ++connections);
    const rules = {
      data: [
        { id: 'r1', value: 'old', tag: 'despacho-lab' },
        { id: 'r2', value: 'theirs' },
      ],
    };
    response.end(JSON.stringify(request.method === 'GET' ? rules : {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, seen };
}

const tracking = { track: ['Chile', 'Santiago'], languages: ['es', 'en'] };
const settings = { token: 'secret', log: () => undefined, backoff: { first: 5, most: 20 } };

async function take(source: Source, count: number): Promise<Produced[]> {
  if (source.kind !== 'live') throw new Error('not live');
  const taken: Produced[] = [];
  for await (const message of source.messages) if (taken.push(message) === count) break;
  source.stop();
  return taken;
}

test('posts come as raw posts, cut anywhere between two bytes, with empty lines between them', async (context) => {
  const { url, seen } = await stage(context, (response) => {
    const bytes = Buffer.from(`${[1, 2, 3].map((number) => JSON.stringify(post(number))).join('\r\n\r\n')}\r\n`);
    response.write(bytes.subarray(0, 100));
    setImmediate(() => response.write(bytes.subarray(100)));
  });

  const taken = await take(filteredStream(tracking, { ...settings, url }), 3);

  assert.deepEqual(JSON.parse(taken[0]?.value ?? ''), {
    id: '1',
    text: 'Post 1 about Chile',
    created_at: '2026-01-02T03:04:05.000Z',
    lang: 'en',
    user: { screen_name: 'invented', name: 'Nobody' },
  });
  assert.ok(seen.every(({ token }) => token === 'Bearer secret'));
  const posted = seen.filter(({ method }) => method === 'POST').map(({ body }) => JSON.parse(body));
  assert.deepEqual(posted, [
    { delete: { ids: ['r1'] } },
    { add: [{ value: '("Chile" OR "Santiago") (lang:es OR lang:en)', tag: 'despacho-lab' }] },
  ]);
});

test('it comes back after a break and after "too many", and counts the seconds that it missed', async (context) => {
  const { url } = await stage(context, (response, connection) => {
    if (connection === 2) response.writeHead(429).end();
    else response.end(`${JSON.stringify(post(connection))}\n`);
  });
  const source = filteredStream(tracking, { ...settings, url });

  const taken = await take(source, 2);

  assert.deepEqual(
    taken.map(({ value }) => JSON.parse(value).id),
    ['1', '3'],
  );
  assert.ok(source.kind === 'live' && source.counts.reconnects >= 2 && source.counts.blindSeconds > 0);
});

test('a refused token ends the source with X’s answer, and never shows the token', async (context) => {
  const { url } = await stage(context, (response) => void response.writeHead(403).end());

  await assert.rejects(take(filteredStream(tracking, { ...settings, url }), 1), (error: Error) => {
    return /answered 403/.test(error.message) && !error.message.includes('secret');
  });
});

test('no token, or nothing to track, is said before anything is asked', () => {
  assert.throws(() => filteredStream(tracking, { ...settings, token: undefined }), /X_BEARER_TOKEN/);
  assert.throws(() => ruleOf({ track: [], languages: [] }), /--track/);
});
