import type { Socket } from 'node:net';
import type { Caller } from './caller.ts';
import { Refusal } from './refusal.ts';

/** Who calls over which open connection: one caller holds no more than its share of them, from however many machines. */
export class Connections {
  /** By address and port, as gRPC tells the other end. */
  readonly #callers = new Map<string, Set<Caller>>();

  /** Before anything is said over it. */
  meet(socket: Socket): void {
    const peer = `${socket.remoteAddress}:${socket.remotePort}`;
    const callers = new Set<Caller>();
    this.#callers.set(peer, callers);
    socket.once('close', () => {
      if (this.#callers.get(peer) === callers) this.#callers.delete(peer);
      for (const caller of callers) caller.closeConnection();
    });
  }

  /** @throws Refusal RESOURCE_EXHAUSTED for a call over one more than the caller's share */
  use(caller: Caller, peer: string): void {
    const callers = this.#callers.get(peer);
    // Where it has ended already, so does the call.
    if (!callers || callers.has(caller)) return;
    if (!caller.openConnection()) throw new Refusal('full', 'you have as many connections open as you may');
    callers.add(caller);
  }
}
