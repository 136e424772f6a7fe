/** Takes connections for the gateway, and of one machine no more than its share. */
import { createServer, type Socket } from 'node:net';
import type { Server, ServerCredentials } from '@grpc/grpc-js';
import { isLoopback } from '../access/loopback.ts';
import { splitHostPort } from '../access/splitHostPort.ts';
import { Trouble } from '../faults.ts';

/** The others share what the machine has of descriptors with Kafka, Redis and Elasticsearch. */
const mostOfMachine = 100;

/** Where it listens; `close` takes no further connection, and leaves those that are open. */
type Listening = Readonly<{ port: number; close(): void }>;

/** @param most connections of one machine, by its address; all programs of this one have the same */
const shareOf = (host: string): number => (isLoopback(host) ? Number.POSITIVE_INFINITY : mostOfMachine);

/** `share` of a machine, by its address; `meet` is called with each connection before anything is said over it. */
type Doors = Readonly<{ share?: (host: string) => number; meet?: (socket: Socket) => void }>;

/**
 * @param address host:port; port 0 takes a free one
 * @throws Trouble that says what to do when the address cannot be listened on
 */
export function listen(
  server: Pick<Server, 'createConnectionInjector'>,
  address: string,
  credentials: ServerCredentials,
  { share = shareOf, meet = () => undefined }: Doors = {},
): Promise<Listening> {
  const injector = server.createConnectionInjector(credentials);
  const open = new Map<string, number>();
  const listener = createServer((socket) => {
    const host = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
    const own = open.get(host) ?? 0;
    if (own >= share(host)) return void socket.destroy();
    open.set(host, own + 1);
    socket.once('close', () => {
      const left = (open.get(host) ?? 1) - 1;
      if (left > 0) open.set(host, left);
      else open.delete(host);
    });
    meet(socket);
    injector.injectConnection(socket);
  });
  const { host, port } = splitHostPort(address);
  return new Promise((resolve, reject) => {
    listener.once('error', ({ message }) => {
      const advice = 'stop what listens there, or set DESPACHO_GRPC_ADDRESS to another host:port';
      reject(new Trouble('machine', `The gateway cannot listen on ${address}: ${message}; ${advice}.`));
    });
    listener.listen({ host, port }, () => {
      const bound = listener.address();
      resolve({ port: typeof bound === 'object' && bound ? bound.port : port, close: () => void listener.close() });
    });
  });
}
