/** Listeners of ours, for bytes that are no requests, no frames and no letters. They hold up no process. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { type AddressInfo, connect, type Server } from 'node:net';
import { WebSocketServer } from 'ws';
import { bound } from '../../infra/http/bound.ts';
import { guard } from '../../infra/http/guard.ts';
import { keepTrail } from '../../infra/http/trail.ts';
import { smtpSide } from '../../infra/inbox/receive.ts';
import { Viewer } from '../../scripts/lab/screen/viewer.ts';

/** Whose program asks, the kernel is asked for each connection, which takes longer than all else; no input changes its answer. */
const gate = { anyUser: true };

/** Behind the guard, the bounds and the trail of all of ours; viewers of the lab's screen at /live. */
async function web(): Promise<Server> {
  const server = createServer((_, answer) => answer.end('here'));
  bound(server, () => ({ atOnce: 8, waiting: 100, sockets: 8, socketBytes: 1024 }));
  guard(server, () => gate);
  keepTrail(server, () => true, '/dev/null');
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  new WebSocketServer({ server, path: '/live', maxPayload: 1024 }).on('connection', (socket) => new Viewer(socket));
  return server;
}

/** The inbox, of which nothing is kept. */
async function inbox(): Promise<Server> {
  const server = smtpSide({ keep: () => Promise.resolve() }, gate).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Ends a letter, if one is being said, and the conversation. */
const leave = Buffer.from('\r\n.\r\nQUIT\r\n');

/** Each is made with its first input. */
const ports = new Map<() => Promise<Server>, Promise<number>>();

async function said(start: () => Promise<Server>, bytes: Uint8Array): Promise<string> {
  const listening = ports.get(start) ?? start().then((server) => (server.unref().address() as AddressInfo).port);
  ports.set(start, listening);
  const socket = connect(await listening, '127.0.0.1').on('error', () => undefined);
  // Whoever is refused may find the connection reset, which `once` of events would take for our own failure.
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  let text = '';
  socket.on('data', (chunk) => (text += chunk));
  if (start === inbox) {
    // It greets first, and listens to nobody who speaks before it has. Whoever hangs up is not heard to the end.
    await once(socket, 'data');
    socket.write(Buffer.concat([bytes, leave]));
  } else {
    socket.end(bytes);
  }
  await closed;
  return text;
}

/** @returns what gives bytes to a listener @throws Error when it does not serve the next one as before */
const sayTo = (start: () => Promise<Server>, next: Uint8Array, served: RegExp) => async (bytes: Uint8Array) => {
  await said(start, bytes);
  const answer = await said(start, next);
  if (!served.test(answer)) throw new Error(`the next is answered ${answer.slice(0, 60)}`);
};

/** What a program asks to open a WebSocket. */
const opening = Buffer.from(
  'GET /live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n' +
    'Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
);
const closing = Buffer.from([0x88, 0x80, 0, 0, 0, 0]);

export const sayRequest = sayTo(
  web,
  Buffer.from('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n'),
  /^HTTP\/1\.1 200/,
);
const open = sayTo(web, Buffer.concat([opening, closing]), /^HTTP\/1\.1 101/);
export const sayFrames = (frames: Uint8Array): Promise<void> => open(Buffer.concat([opening, frames]));
export const saySmtp = sayTo(
  inbox,
  Buffer.from('EHLO a\r\nMAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\n'),
  /\r\n250 kept\r\n221 /,
);
