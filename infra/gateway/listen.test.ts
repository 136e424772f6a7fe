import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect } from 'node:net';
import { test } from 'node:test';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { listen } from './listen.ts';

test('one machine has no more connections than its share, and whoever leaves makes room', async () => {
  const server = new Server();
  const { port, close } = await listen(server, '127.0.0.1:0', ServerCredentials.createInsecure(), { share: () => 2 });
  /** @returns a connection over which HTTP/2 is spoken, or undefined where it is closed at once */
  const open = async () => {
    const socket = connect(port, '127.0.0.1').on('error', () => undefined);
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    const spoken = await Promise.race([once(socket, 'data').then(() => true), once(socket, 'close').then(() => false)]);
    return spoken ? socket : undefined;
  };
  const [first, second] = [await open(), await open()];
  assert.ok(first && second);
  assert.equal(await open(), undefined);
  first.destroy();
  // The server hears of it a moment later.
  let again = await open();
  while (!again) again = await open();
  for (const socket of [second, again]) socket.destroy();
  close();
  server.forceShutdown();
});
