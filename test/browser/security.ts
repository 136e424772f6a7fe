/** What other sites, other names of this machine and requests without the token get. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request } from 'node:http';
import { test } from 'node:test';
import { WebSocket } from 'ws';
import { heardByStranger, needsStranger } from '../../infra/access/stranger.fixture.ts';
import type { Stage } from './stage.ts';

type Headers = Record<string, string>;

/** By node:http, which lets a test say whatever Host it likes. */
async function ask(url: string, method: string, headers: Headers = {}, body?: string) {
  const asking = request(url, { method, headers });
  asking.end(body);
  const [response] = await once(asking, 'response');
  let text = '';
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, headers: response.headers as Headers, text };
}

const load = JSON.stringify({ distribution: 'constant', rate: 1, duration: 1, clock: 1, seed: 1 });

/** @returns the HTTP status by which the connection was refused; 101 where it was not */
async function connect(socket: string, headers: Headers): Promise<number> {
  const trying = new WebSocket(socket, { headers });
  return new Promise((resolve) => {
    trying.on('unexpected-response', (_request, response) => {
      resolve(response.statusCode ?? 0);
      trying.terminate();
    });
    trying.on('open', () => {
      resolve(101);
      trying.close();
    });
    trying.on('error', () => undefined);
  });
}

export function security(stage: () => Stage): void {
  test('every answer forbids scripts that are not ours, frames, and guesses at types', async () => {
    for (const path of ['/', '/page/main.js', '/api/session', '/api/nothing', '/page/nothing.js']) {
      const { headers } = await ask(stage().url + path, 'GET');
      const policy = headers['content-security-policy'] ?? '';
      assert.match(policy, /default-src 'none'; script-src 'self'/, path);
      assert.doesNotMatch(policy, /unsafe/, path);
      assert.equal(headers['x-content-type-options'], 'nosniff', path);
      assert.equal(headers['x-frame-options'], 'DENY', path);
    }
  });

  test('a name that was bent to this machine gets nothing', async () => {
    const host = `evil.example:${new URL(stage().url).port}`;
    for (const path of ['/', '/api/session', '/api/orders']) {
      assert.equal((await ask(stage().url + path, 'GET', { host })).status, 403, path);
    }
  });

  test('a page of another site may neither read nor change, and no preflight says otherwise', async () => {
    const { url } = stage();
    const origin = 'http://evil.example';
    const foreign = [
      { origin },
      { origin: 'null' },
      { origin: 'http://127.0.0.1:1' },
      { 'sec-fetch-site': 'cross-site' },
    ];
    for (const headers of foreign) {
      const answer = await ask(`${url}/api/session`, 'GET', headers as Headers);
      assert.equal(answer.status, 403);
      assert.doesNotMatch(answer.text, /token"/);
    }
    const preflight = await ask(`${url}/api/load`, 'OPTIONS', { origin, 'access-control-request-method': 'POST' });
    assert.notEqual(preflight.headers['access-control-allow-origin'], origin);
    const { text } = await ask(`${url}/api/session`, 'GET');
    const headers = { origin, 'x-despacho-token': JSON.parse(text).token, 'content-type': 'application/json' };
    assert.equal((await ask(`${url}/api/load`, 'POST', headers, load)).status, 403);
  });

  test("another site's page cannot call a function, and a program can", async () => {
    const { url, functions } = stage();
    const event = JSON.stringify({
      headers: { host: new URL(url).host },
      rawPath: '/api/session',
      requestContext: { http: { method: 'GET' } },
    });
    const places = [
      '/2015-03-31/functions/despacho-dev-api/invocations',
      '/2014-11-13/functions/despacho-dev-api/invoke-async/',
    ];
    const foreign: Headers[] = [
      { origin: 'https://evil.example' },
      { origin: url },
      { 'sec-fetch-site': 'cross-site' },
      { host: 'evil.example:3002' },
    ];
    for (const place of places) {
      for (const headers of foreign) {
        for (const method of ['POST', 'OPTIONS']) {
          const preflight = { 'access-control-request-method': 'POST' };
          const answer = await ask(
            functions + place,
            method,
            { ...headers, ...preflight },
            method === 'POST' ? event : undefined,
          );
          assert.equal(answer.status, 403, `${method} ${place} ${JSON.stringify(headers)}`);
          assert.equal(answer.headers['access-control-allow-origin'], undefined);
          assert.doesNotMatch(answer.text, /token/);
        }
      }
    }
    const program = await ask(`${functions}${places[0]}`, 'POST', {}, event);
    assert.equal(program.status, 200);
    assert.match(program.text, /token/);
  });

  test('another user of this machine calls no function, and sees nothing of the console', needsStranger, async () => {
    const { url, socket, functions } = stage();
    const place = '/2015-03-31/functions/despacho-dev-api/invocations';
    for (const [address, asked] of [
      [url, 'GET /api/orders'],
      [url, 'GET /'],
      [functions, `POST ${place}`],
      [socket, 'GET /'],
    ] as const) {
      const { host, port } = new URL(address);
      const heard = await heardByStranger(port, `${asked} HTTP/1.0`, `host: ${host}`, 'content-length: 0', '');
      assert.match(heard, /^HTTP\/1\.1 403 [\s\S]*Other users/, asked);
    }
  });

  test('a request that changes something needs the token', async () => {
    const { url } = stage();
    const json = { 'content-type': 'application/json' };
    for (const headers of [json, { ...json, 'x-despacho-token': '0'.repeat(64) }]) {
      for (const path of ['/api/load', '/api/lab', '/api/dead/redrive']) {
        assert.equal((await ask(url + path, 'POST', headers, load)).status, 403, path);
      }
      assert.equal((await ask(`${url}/api/load`, 'DELETE', headers)).status, 403);
    }
  });

  test('bad input is refused, naming what is wrong', async () => {
    const { url } = stage();
    assert.match((await ask(`${url}/api/order?id=7`, 'GET')).text, /id is no order id/);
    assert.match((await ask(`${url}/api/messages?topic=..%2Fx`, 'GET')).text, /topic is the name of a topic/);
    assert.match((await ask(`${url}/api/messages?topic=x&limit=900`, 'GET')).text, /limit/);
    const dashboard = `${url}/api/dashboard?language=es&dashboard=`;
    assert.match((await ask(`${dashboard}..%2Fx&minutes=15`, 'GET')).text, /dashboard is the name of a dashboard/);
    assert.match((await ask(`${dashboard}orders&minutes=x`, 'GET')).text, /minutes is a number of minutes/);
    assert.match((await ask(`${dashboard}orders&minutes=99999`, 'GET')).text, /minutes/);
    assert.match((await ask(`${dashboard}orders&minutes=15&bank=x`, 'GET')).text, /no control bank/);
    const { token } = JSON.parse((await ask(`${url}/api/session`, 'GET')).text);
    const headers = { 'x-despacho-token': token, 'content-type': 'application/json' };
    const file = JSON.stringify({ ...JSON.parse(load), distribution: 'trace:/etc/passwd' });
    assert.match(
      (await ask(`${url}/api/load`, 'POST', headers, file)).text,
      /distribution is the name of a distribution/,
    );
    const unknown = JSON.stringify({ ...JSON.parse(load), distribution: 'nothing' });
    assert.match((await ask(`${url}/api/load`, 'POST', headers, unknown)).text, /\\"nothing\\" is none of/);
    assert.match((await ask(`${url}/api/load`, 'POST', headers, '{')).text, /not JSON/);
  });

  test('a WebSocket is opened to our page only', async () => {
    const { socket, url } = stage();
    assert.equal(await connect(socket, { origin: url }), 101);
    assert.equal(await connect(socket, { origin: 'http://evil.example' }), 403);
    assert.equal(await connect(socket, {}), 403);
    assert.equal(await connect(socket, { origin: url, host: 'evil.example' }), 403);
  });
}
