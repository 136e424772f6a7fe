import type { Socket } from 'node:net';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { Settings } from '../../functions/settings.ts';
import { isOfAnotherUser } from '../access/peer.ts';
import { Refusal } from './refusal.ts';

/** Other users of this machine. They may call with a key or a certificate; where nobody is asked for one they may not. */
export class Strangers {
  readonly #isAsked: boolean;
  /**
   * Open connections of everybody else, by address and port. Not theirs: one that is broken off has no address any more, while
   * what was said over it is still read.
   */
  readonly #known = new Map<string, Socket>();

  constructor({ grpcCallers, grpcClientAuthority }: Pick<Settings, 'grpcCallers' | 'grpcClientAuthority'>) {
    this.#isAsked = grpcCallers !== '' || grpcClientAuthority !== '';
  }

  /** Looks whose a connection is that has just been made. */
  meet(socket: Socket): void {
    if (this.#isAsked || isOfAnotherUser(socket)) return;
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#known.set(peer, socket);
    socket.once('close', () => {
      if (this.#known.get(peer) === socket) this.#known.delete(peer);
    });
  }

  /** @throws Refusal PERMISSION_DENIED for a call over a connection of theirs, or over one that has ended */
  refuse(call: Pick<ServerUnaryCall<unknown, unknown>, 'getPeer'>): void {
    if (!this.#isAsked && !this.#known.has(call.getPeer()))
      throw new Refusal('forbidden', 'other users of this machine need a key: DESPACHO_GRPC_CALLERS gives them one');
  }
}
