/** Bounds what a listener takes, so that a flood of requests is a queue and not a thread for each. */
import type { Server, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { before, refuse } from './guard.ts';

/** How much one server takes at a time; what is more waits, or is refused with 503. */
export type Bounds = Readonly<{
  /** Requests that are answered at the same time; others wait. */
  atOnce: number;
  /** Requests that may wait; others are refused. */
  waiting: number;
  /** WebSockets that may be open. */
  sockets: number;
  /** Bytes that a WebSocket's page may say, in all. */
  socketBytes: number;
}>;

type Crowd = { busy: number; sockets: number; readonly waiting: (() => void)[] };

/** @param boundsOf undefined for a server that is not bounded */
export function bound(target: Server, boundsOf: (server: Server) => Bounds | undefined): void {
  const crowds = new WeakMap<Server, Crowd>();
  before(target, (server, _asked, answer, pass) => {
    const bounds = boundsOf(server);
    if (!bounds) return pass();
    const crowd = crowds.get(server) ?? { busy: 0, sockets: 0, waiting: [] };
    crowds.set(server, crowd);
    if ('writeHead' in answer) queue(crowd, bounds, answer, pass);
    else open(crowd, bounds, answer, pass);
    return true;
  });
}

function queue(crowd: Crowd, { atOnce, waiting }: Bounds, answer: ServerResponse, pass: () => boolean): void {
  const begin = () => {
    // Whoever hung up while it waited is not answered.
    if (answer.destroyed || answer.closed) return next(crowd);
    crowd.busy++;
    answer.once('close', () => {
      crowd.busy--;
      next(crowd);
    });
    pass();
  };
  if (crowd.busy < atOnce) begin();
  else if (crowd.waiting.length < waiting) crowd.waiting.push(begin);
  else refuse(answer, 503, 'Too many requests at once: try again.');
}

const next = (crowd: Crowd): void => crowd.waiting.shift()?.();

function open(crowd: Crowd, { sockets, socketBytes }: Bounds, socket: Duplex, pass: () => boolean): void {
  if (crowd.sockets >= sockets) return void refuse(socket, 503, 'Too many WebSockets are open.');
  crowd.sockets++;
  socket.once('close', () => crowd.sockets--);
  limit(socket, socketBytes);
  pass();
}

/** Ends a connection that says more; by its events, since nobody reads it yet and a reader of ours would set it flowing. */
function limit(socket: Duplex, mostBytes: number): void {
  const emit = socket.emit as (this: Duplex, event: string, ...given: unknown[]) => boolean;
  let left = mostBytes;
  socket.emit = function (this: Duplex, event: string, ...given: unknown[]): boolean {
    if (event === 'data') left -= (given[0] as Buffer).length;
    if (left >= 0) return emit.call(this, event, ...given);
    if (!this.destroyed) this.destroy();
    return event === 'data' ? false : emit.call(this, event, ...given);
  };
}
