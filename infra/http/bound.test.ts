import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, get, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type TestContext, test } from 'node:test';
import { WebSocket, WebSocketServer } from 'ws';
import { type Bounds, bound } from './bound.ts';

const bounds: Bounds = { atOnce: 2, waiting: 3, sockets: 1, socketBytes: 1000 };

async function listener(context: TestContext) {
  const asked: ServerResponse[] = [];
  const server = createServer((_request, answer) => {
    asked.push(answer);
    server.emit('asked');
  });
  const sockets = new WebSocketServer({ server });
  bound(server, () => bounds);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  context.after(() => {
    for (const socket of sockets.clients) socket.terminate();
    server.close();
    server.closeAllConnections();
  });
  const address = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const ask = async () => {
    const [answer] = await once(get(`http://${address}/`), 'response');
    answer.resume();
    return answer.statusCode as number;
  };
  return { server, sockets, address, asked, ask };
}

test('a flood of requests is a queue: so many are answered at once, the next wait, the others are refused', async (context) => {
  const { server, asked, ask } = await listener(context);
  const first = [ask(), ask()];
  while (asked.length < 2) await once(server, 'asked');

  const refused = Promise.withResolvers<void>();
  let refusals = 0;
  const flood = Array.from({ length: 50 }, async () => {
    const status = await ask();
    if (status === 503 && ++refusals === 47) refused.resolve();
    return status;
  });
  await refused.promise;
  assert.equal(asked.length, 2, 'what waits has reached nobody');

  for (let index = 0; index < 5; index++) {
    while (asked.length <= index) await once(server, 'asked');
    asked[index]?.end();
  }
  assert.deepEqual(await Promise.all(first), [200, 200]);
  const statuses = await Promise.all(flood);
  assert.equal(statuses.filter((status) => status === 200).length, 3);
  assert.equal(statuses.filter((status) => status === 503).length, 47);
});

test('whoever hangs up makes room, and is not answered', async (context) => {
  const { server, asked, ask, address } = await listener(context);
  const gone = [get(`http://${address}/`), get(`http://${address}/`)];
  for (const one of gone) one.on('error', () => undefined);
  while (asked.length < 2) await once(server, 'asked');
  for (const one of gone) one.destroy();
  const next = ask();
  while (asked.length < 3) await once(server, 'asked');
  asked[2]?.end();
  assert.equal(await next, 200);
});

test('so many WebSockets are open at a time, and one whose page says too much is ended', async (context) => {
  const { sockets, address } = await listener(context);
  const one = new WebSocket(`ws://${address}`);
  one.on('error', () => undefined);
  await once(one, 'open');
  const other = new WebSocket(`ws://${address}`);
  const [error] = await once(other, 'error');
  assert.match(String(error), /503/);

  const [heard] = [...sockets.clients];
  let bytes = 0;
  heard?.on('message', (data: Buffer) => {
    bytes += data.length;
  });
  heard?.on('error', () => undefined);
  for (let index = 0; index < 100; index++) one.send('x'.repeat(100));
  await once(one, 'close');
  assert.ok(bytes <= bounds.socketBytes, `${bytes} bytes were heard`);
  const third = new WebSocket(`ws://${address}`);
  await once(third, 'open');
  third.terminate();
});
