import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, afterEach, before, beforeEach, test } from 'node:test';
import { connect } from 'node:tls';
import { WebSocket, WebSocketServer } from 'ws';
import { certify } from '../certify.fixture.ts';
import { systemClock } from '../clock.ts';
import { ownFolder } from '../ownFolder.fixture.ts';
import { type Door, openDoor } from './door.ts';
import { anybodyWith } from './people.ts';

const folder = ownFolder();
const file = (name: string) => join(folder, name);
const passwords = { view: 'the password of who looks', operate: 'the password of who operates' };
const consoleUrl = 'https://shop.example:8443';

/** Stands for the console: remembers what it was asked. */
let there: Server;
const asked: { method: string | undefined; url: string | undefined; headers: IncomingHttpHeaders }[] = [];
let door: Door;
let now = 0;

/** The certificate is for the address that this test has, whatever name it asks by. */
const checkServerIdentity = () => undefined;

const portOf = (server: Server) => (server.address() as AddressInfo).port;

before(async () => {
  certify(folder, 'door');
  there = createServer(({ method, url, headers }, answer) => {
    asked.push({ method, url, headers });
    if (url === '/half') answer.write('the con', () => answer.destroy());
    else answer.end('the console');
  });
  new WebSocketServer({ server: there }).on('connection', (socket) => socket.send('a snapshot'));
  there.listen(0, '127.0.0.1');
  await once(there, 'listening');
});
after(() => {
  there.close();
  there.closeAllConnections();
});

const settings = {
  consoleAddress: '127.0.0.1:0',
  consoleCertificate: file('door.pem'),
  consoleKey: file('door.key'),
  consoleUrl,
};
beforeEach(async () => {
  asked.length = 0;
  now = 1_000_000_000;
  const ports = { page: portOf(there), socket: portOf(there) };
  door = await openDoor({ settings, people: anybodyWith(passwords), ports, clock: { ...systemClock, now: () => now } });
});
afterEach(() => door.close());

type Given = { method?: string; headers?: Record<string, string>; body?: string };

async function ask(path: string, { method = 'GET', headers = {}, body = '' }: Given = {}) {
  const ca = readFileSync(file('door-ca.pem'));
  const sent = request({
    host: '127.0.0.1',
    port: door.port,
    path,
    checkServerIdentity,
    method,
    ca,
    headers: { host: 'shop.example:8443', ...headers },
  });
  sent.end(body);
  const [answer] = await once(sent, 'response');
  let text = '';
  for await (const chunk of answer.setEncoding('utf8')) text += chunk;
  return { status: answer.statusCode as number, headers: answer.headers as IncomingHttpHeaders, text };
}

async function enter(password: string): Promise<Record<string, string>> {
  const body = String(new URLSearchParams({ name: 'Ana', password }));
  const { headers } = await ask('/enter', { method: 'POST', body, headers: { origin: consoleUrl } });
  return { cookie: headers['set-cookie']?.[0]?.split(';')[0] ?? '' };
}

test('nobody comes to the console without a password, and is led to where one comes in', async () => {
  const first = await ask('/');
  assert.deepEqual([first.status, first.headers.location], [303, '/enter']);
  for (const path of ['/api/orders', '/page/main.js']) assert.equal((await ask(path)).status, 401, path);
  assert.deepEqual(await enter('a guess'), { cookie: '' });
  assert.equal((await ask('/', { headers: { cookie: '__Host-despacho=a-guess' } })).status, 303);
  assert.match((await ask('/enter')).text, /type="password"/);
  assert.deepEqual(asked, []);
});

test('the cookie is for this site over TLS alone, no script reads it, and the console never sees it', async () => {
  const body = String(new URLSearchParams({ name: 'Ana', password: passwords.view }));
  const { headers } = await ask('/enter', { method: 'POST', body });
  assert.match(headers['set-cookie']?.[0] ?? '', /^__Host-\S+; Path=\/; HttpOnly; Secure; SameSite=Strict$/);
  assert.match(String(headers['strict-transport-security']), /max-age/);
  const cookie = headers['set-cookie']?.[0]?.split(';')[0] ?? '';
  assert.equal((await ask('/', { headers: { cookie } })).text, 'the console');
  assert.equal(asked[0]?.headers.cookie, undefined);
});

test('who has the password of view changes nothing; who operates does, and the console is told who it is', async () => {
  const [view, operate] = [await enter(passwords.view), await enter(passwords.operate)];
  assert.equal((await ask('/api/orders', { headers: view })).status, 200);
  for (const method of ['POST', 'DELETE', 'PUT'])
    assert.equal((await ask('/api/load', { method, headers: view })).status, 403, method);
  const forged = { 'x-despacho-person': 'somebody', 'x-despacho-role': 'admin' };
  assert.equal((await ask('/api/load', { method: 'POST', headers: { ...operate, ...forged } })).status, 200);
  const { headers } = asked.at(-1) ?? assert.fail('the console was not asked');
  assert.deepEqual([headers['x-despacho-person'], headers['x-despacho-role']], ['Ana', 'operate']);
});

test('what is sent with a question is no question of its own', async () => {
  const view = await enter(passwords.view);
  const body = 'POST /api/load HTTP/1.1\r\nhost: x\r\nx-despacho-role: operate\r\ncontent-length: 0\r\n\r\n';
  await ask('/first', { headers: { ...view, 'transfer-encoding': 'chunked' }, body });
  await ask('/second', { headers: view });
  assert.deepEqual(
    asked.map(({ method, url }) => `${method} ${url}`),
    ['GET /first', 'GET /second'],
  );
});

test('an answer that breaks off is not waited for', { timeout: 10_000 }, async () => {
  await assert.rejects(ask('/half', { headers: await enter(passwords.view) }), /aborted/);
});

test('a session ends after half an hour without a question, after twelve hours, and when its person leaves', async () => {
  const isOpen = async (headers: Record<string, string>) => (await ask('/', { headers })).status === 200;
  const [left, used, unused] = [await enter(passwords.view), await enter(passwords.view), await enter(passwords.view)];
  await ask('/leave', { method: 'POST', headers: left });
  assert.equal(await isOpen(left), false);
  for (let minutes = 0; minutes < 12 * 60; minutes += 20) {
    assert.equal(await isOpen(used), true);
    now += 20 * 60_000;
  }
  assert.equal(await isOpen(used), false);
  assert.equal(await isOpen(unused), false);
});

test('after twenty wrong passwords in a minute no password is looked at', async () => {
  for (let guess = 0; guess < 20; guess++) await enter(`guess ${guess}`);
  assert.deepEqual(await enter(passwords.view), { cookie: '' });
  now += 61_000;
  assert.notDeepEqual(await enter(passwords.view), { cookie: '' });
});

test('a page of another site, or a name bent to this address, gets nothing through the door', async () => {
  const operate = await enter(passwords.operate);
  for (const headers of [
    { origin: 'https://evil.example' },
    { host: 'evil.example:8443' },
    { 'sec-fetch-site': 'cross-site' },
  ])
    assert.equal((await ask('/api/load', { method: 'POST', headers: { ...operate, ...headers } })).status, 403);
  assert.deepEqual(asked, []);
});

test('the WebSocket is behind the same door', async () => {
  const open = (headers: Record<string, string>) =>
    new WebSocket(`wss://127.0.0.1:${door.port}/`, {
      ca: readFileSync(file('door-ca.pem')),
      headers: { host: 'shop.example:8443', origin: consoleUrl, ...headers },
    });
  const [error] = await once(open({}), 'error');
  assert.match(String(error), /401/);
  const socket = open(await enter(passwords.view));
  const [message] = await once(socket, 'message');
  assert.equal(String(message), 'a snapshot');
  const closed = once(socket, 'close');
  socket.terminate();
  await closed;
});

test('what a browser sends after a WebSocket that the console refuses is no question to the console', async () => {
  const heard: string[] = [];
  const plain = createServer(({ method, url, headers }, answer) => {
    heard.push(`${method} ${url} ${headers['x-despacho-role']}`);
    answer.writeHead(404).end('no socket here');
  }).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  door.close();
  door = await openDoor({
    settings,
    people: anybodyWith(passwords),
    ports: { page: portOf(there), socket: portOf(plain) },
    clock: systemClock,
  });
  const { cookie } = await enter(passwords.view);
  const ca = readFileSync(file('door-ca.pem'));
  const socket = connect({ host: '127.0.0.1', port: door.port, ca, checkServerIdentity });
  const head = (start: string, ...lines: string[]) =>
    [start, 'host: shop.example:8443', `origin: ${consoleUrl}`, `cookie: ${cookie}`, ...lines, '', ''].join('\r\n');
  const upgrade = [
    'connection: Upgrade',
    'upgrade: websocket',
    'sec-websocket-version: 13',
    `sec-websocket-key: ${btoa('0123456789abcdef')}`,
  ];
  const forged = head('POST /api/load HTTP/1.1', 'x-despacho-role: operate', 'content-length: 0');
  socket.write(head('GET /live HTTP/1.1', ...upgrade) + forged);
  let answer = '';
  socket.setEncoding('utf8').on('data', (text) => {
    if (answer === '') socket.write(forged);
    answer += text;
  });
  await once(socket, 'close');
  plain.close();
  plain.closeAllConnections();
  assert.match(answer, /^HTTP\/1.1 404 Not Found\r\n(.+\r\n)*connection: close\r\n\r\nno socket here$/);
  assert.deepEqual(heard, ['GET /live view']);
});

test('a door without TLS is refused by what it lacks', async () => {
  const ports = { page: 1, socket: 1 };
  for (const lacking of [{ consoleCertificate: '' }, { consoleKey: '' }, { consoleUrl: 'http://127.0.0.1:3000' }]) {
    const half = { ...settings, ...lacking };
    await assert.rejects(
      openDoor({ settings: half, people: anybodyWith(passwords), ports, clock: systemClock }),
      /DESPACHO_CONSOLE_ADDRESS opens the console to others, over TLS alone/,
    );
  }
});
