import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { connect } from 'node:tls';
import { WebSocket } from 'ws';
import { checkServerIdentity, consoleUrl, passwords, portOf, testAtDoor } from './door.fixture.ts';

const { test, asked, ask, ca, enter, port, reopen } = testAtDoor();

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

test('an answer that breaks off is not waited for', async () => {
  await assert.rejects(ask('/half', { headers: await enter(passwords.view) }), /aborted/);
});

test('the WebSocket is behind the same door', async () => {
  const open = (headers: Record<string, string>) =>
    new WebSocket(`wss://127.0.0.1:${port()}/`, {
      ca: ca(),
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
  await reopen({ ports: { page: 1, socket: portOf(plain) } });
  const { cookie } = await enter(passwords.view);
  const socket = connect({ host: '127.0.0.1', port: port(), ca: ca(), checkServerIdentity });
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
