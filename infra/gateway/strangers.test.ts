import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { Strangers } from './strangers.ts';

test('a call is let in over an open connection of ours, and over none that has ended: it may have been of another user', async (context) => {
  const strangers = new Strangers({ grpcCallers: '', grpcClientAuthority: '' });
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  context.after(() => server.close());
  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  const [socket] = (await once(server, 'connection')) as [Socket];
  const peer = `127.0.0.1:${client.localPort}`;
  const getPeer = () => peer;
  strangers.meet(socket);
  strangers.refuse({ getPeer });
  client.destroy();
  socket.resume();
  await once(socket, 'close');
  assert.throws(() => strangers.refuse({ getPeer }), /other users/);
  assert.throws(() => strangers.refuse({ getPeer: () => 'unknown' }), /other users/);
});

test('where a key or a certificate is asked for, nobody is refused for whose program it is', () => {
  for (const settings of [
    { grpcCallers: 'callers.json', grpcClientAuthority: '' },
    { grpcCallers: '', grpcClientAuthority: 'ca.pem' },
  ]) {
    new Strangers(settings).refuse({ getPeer: () => 'unknown' });
  }
});
