import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { heardByStranger, needsStranger, strangerId } from '../access/stranger.fixture.ts';
import { type Gate, guard } from './guard.ts';

type Headers = Record<string, string>;

async function listener(context: TestContext, gate: Gate = {}) {
  const reached: string[] = [];
  const server = createServer((asked, answer) => {
    reached.push(`${asked.method} ${asked.url}`);
    answer.end('an answer');
  });
  server.on('upgrade', (_asked, socket) => {
    reached.push('upgrade');
    socket.end('HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n');
  });
  guard(server, () => gate);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => server.close());
  const { port } = server.address() as AddressInfo;
  const ask = async (headers: Headers, method = 'GET', path = '/') => {
    const asking = request({
      port,
      host: '127.0.0.1',
      method,
      path,
      headers: { host: `127.0.0.1:${port}`, ...headers },
    });
    const [answer] = await once(asking.end(), 'response');
    answer.resume();
    return { status: answer.statusCode as number, headers: answer.headers as Headers };
  };
  return { reached, port, ask };
}

const upgrade = { connection: 'upgrade', upgrade: 'websocket' };
const link = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };

test('programs and our own pages are let in, by every name of this machine', async (context) => {
  const { port, ask } = await listener(context);
  for (const name of ['127.0.0.1', 'localhost', 'LOCALHOST', '[::1]']) {
    assert.equal((await ask({ host: `${name}:${port}` })).status, 200, name);
  }
  assert.equal((await ask({ origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' })).status, 200);
  assert.equal((await ask({ 'sec-fetch-site': 'none' })).status, 200);
});

test("another site's page reaches nothing: no request, no preflight, no picture, no WebSocket", async (context) => {
  const { reached, ask } = await listener(context);
  const foreign: Headers[] = [
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { origin: 'http://127.0.0.1:1' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
    { ...link, 'sec-fetch-dest': 'iframe' },
  ];
  for (const headers of foreign) {
    for (const method of ['GET', 'POST', 'OPTIONS']) {
      const answer = await ask(headers, method);
      assert.equal(answer.status, 403, `${method} ${JSON.stringify(headers)}`);
      assert.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    assert.equal((await ask({ ...headers, ...upgrade })).status, 403);
    assert.equal((await ask({ ...headers, expect: '100-continue' }, 'POST')).status, 403);
  }
  assert.deepEqual(reached, []);
});

test("another site's page hears nothing of an address that is not there: neither what is, nor that it may ask", async (context) => {
  const server = createServer((asked, answer) => {
    const cors = {
      'access-control-allow-origin': asked.headers.origin ?? '*',
      'access-control-allow-credentials': 'true',
    };
    answer.writeHead(404, cors).end('what is there: POST /api/load');
  });
  guard(server, () => ({}));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const ask = (headers: Headers) => fetch(`http://127.0.0.1:${port}/nowhere`, { headers });
  assert.match(await (await ask({})).text(), /what is there/);
  const answer = await ask({ origin: 'https://evil.example' });
  assert.deepEqual([answer.status, answer.headers.get('access-control-allow-origin')], [403, null]);
  assert.doesNotMatch(await answer.text(), /what is there/);
});

test("a name that was bent to this machine's address reaches nothing", async (context) => {
  const { reached, ask } = await listener(context);
  for (const host of ['evil.example', 'localhost.evil.example:3000', '127.0.0.1.evil.example']) {
    assert.equal((await ask({ host })).status, 403, host);
    assert.equal((await ask({ host, ...upgrade })).status, 403, host);
  }
  assert.deepEqual(reached, []);
});

test('a link of any page leads to a page, and to nothing else', async (context) => {
  const { reached, ask } = await listener(context, { linked: (path) => path === '/' });
  assert.equal((await ask(link, 'GET', '/?language=es')).status, 200);
  assert.equal((await ask(link, 'GET', '/api/orders')).status, 403);
  assert.equal((await ask(link, 'POST')).status, 403);
  assert.deepEqual(reached, ['GET /?language=es']);
});

test('a page that a proxy serves is ours by its own address', async (context) => {
  const { ask } = await listener(context, { pages: ['https://console.example'] });
  assert.equal((await ask({ host: 'console.example', origin: 'https://console.example' })).status, 200);
  assert.equal((await ask({ origin: 'https://console.example' })).status, 200);
  assert.equal((await ask({ origin: 'https://other.example' })).status, 403);
});

test('where only pages may open a WebSocket, what tells no origin may not', async (context) => {
  const { reached, port, ask } = await listener(context, { pagesOnly: true });
  assert.equal((await ask(upgrade)).status, 403);
  assert.equal((await ask({ ...upgrade, origin: `http://127.0.0.1:${port}` })).status, 400);
  assert.equal((await ask({}, 'POST')).status, 200);
  assert.deepEqual(reached, ['upgrade', 'POST /']);
});

/** What another user's program hears first, and how many of its requests are let in. */
async function heardFrom(context: TestContext, gate: Gate) {
  const { port, reached } = await listener(context, gate);
  const [first] = (await heardByStranger(port, 'GET / HTTP/1.0', `host: 127.0.0.1:${port}`, '')).split('\r\n');
  return [first, reached.length];
}

test(
  'a program of another user of this machine is refused, unless whoever listens lets in any',
  needsStranger,
  async (context) => {
    assert.deepEqual(await heardFrom(context, {}), ['HTTP/1.1 403 Forbidden', 0]);
    assert.deepEqual(await heardFrom(context, { anyUser: true }), ['HTTP/1.1 200 OK', 1]);
  },
);

test('programs of whoever became root to start us are let in', needsStranger, async (context) => {
  const { SUDO_UID: before } = process.env;
  context.after(() =>
    before === undefined ? delete process.env.SUDO_UID : Object.assign(process.env, { SUDO_UID: before }),
  );
  process.env.SUDO_UID = String(strangerId);
  assert.deepEqual(await heardFrom(context, {}), ['HTTP/1.1 200 OK', 1]);
});
