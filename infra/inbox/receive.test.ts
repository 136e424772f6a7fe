import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect } from 'node:net';
import { test } from 'node:test';
import { smtpSide } from './receive.ts';

test('a hundred are listened to at once, and whoever comes then is told to come again', async (context) => {
  const server = smtpSide({ keep: () => Promise.resolve() });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.server.address() as AddressInfo;
  const sockets = Array.from({ length: 101 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  context.after(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const greetings = await Promise.all(sockets.map(async (socket) => String((await once(socket, 'data'))[0])));
  assert.equal(greetings.filter((text) => text.startsWith('220 ')).length, 100);
  assert.equal(greetings.filter((text) => text.startsWith('421 ')).length, 1);
});
