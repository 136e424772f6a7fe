import type { Socket } from 'node:net';
import type { ServerUnaryCall } from '@grpc/grpc-js';
import type { Settings } from '../../functions/settings.ts';
import { isOfAnotherUser } from '../access/peer.ts';
import { Refusal } from './refusal.ts';

/** Other users of this machine. They may call with a key or a certificate; where nobody is asked for one they may not. */
export class Strangers {
  readonly #isAsked: boolean;
  /** Their open connections, by address and port. */
  readonly #peers = new Set<string>();

  constructor({ grpcCallers, grpcClientAuthority }: Pick<Settings, 'grpcCallers' | 'grpcClientAuthority'>) {
    this.#isAsked = grpcCallers !== '' || grpcClientAuthority !== '';
  }

  /** Looks whose a connection is that has just been made. */
  meet(socket: Socket): void {
    if (this.#isAsked || !isOfAnotherUser(socket)) return;
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    this.#peers.add(peer);
    socket.once('close', () => this.#peers.delete(peer));
  }

  /** @throws Refusal PERMISSION_DENIED for a call over a connection of theirs */
  refuse(call: Pick<ServerUnaryCall<unknown, unknown>, 'getPeer'>): void {
    if (this.#peers.has(call.getPeer()))
      throw new Refusal('forbidden', 'other users of this machine need a key: DESPACHO_GRPC_CALLERS gives them one');
  }
}
