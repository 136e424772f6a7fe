/** A listener behind the guard, the bounds and the trail of all of ours, for bytes that are no requests. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { bound } from '../../infra/http/bound.ts';
import { guard } from '../../infra/http/guard.ts';
import { keepTrail } from '../../infra/http/trail.ts';

/** Made with the first input; it holds up no process. */
let port: Promise<number> | undefined;

async function listen(): Promise<number> {
  const server = createServer((_, answer) => answer.end('here'));
  server.on('upgrade', (_, socket) => socket.destroy());
  bound(server, () => ({ atOnce: 8, waiting: 100, sockets: 8, socketBytes: 1024 }));
  guard(server);
  keepTrail(server, () => true, '/dev/null');
  server.listen(0, '127.0.0.1').unref();
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

async function said(bytes: Uint8Array): Promise<string> {
  port ??= listen();
  const socket = connect(await port, '127.0.0.1').on('error', () => undefined);
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  socket.end(bytes);
  if (!socket.closed) await once(socket, 'close');
  return text;
}

/** @throws Error when the listener does not serve the next one as before */
export async function sayBytes(bytes: Uint8Array): Promise<void> {
  await said(bytes);
  const answer = await said(Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'));
  if (!answer.startsWith('HTTP/1.1 200')) throw new Error(`the next is answered ${answer.slice(0, 60)}`);
}
