import { EventEmitter } from 'node:events';

/** The other end of a socket. */
export type Peer = { receive(bytes: Buffer): void; closedByClient(): void };

/** A client's end of a connection, as far as kafkajs uses one of node:net. */
export class ClientSocket extends EventEmitter {
  #peer: Peer | undefined;
  #ended = false;
  #closed = false;

  /** The client may have ended it before. */
  connected(peer: Peer, onConnect: () => void): void {
    this.#peer = peer;
    onConnect();
    if (this.#ended) peer.closedByClient();
  }

  write(bytes: Buffer): boolean {
    if (!this.#ended && !this.#closed) this.#peer?.receive(bytes);
    return !this.#ended;
  }

  /** Says no more; what is under way still arrives. */
  end(): this {
    if (!this.#ended) this.#peer?.closedByClient();
    this.#ended = true;
    return this;
  }

  get destroyed(): boolean {
    return this.#closed;
  }

  /** Neither says nor hears any more. @param error that its listeners are told */
  destroy(error?: Error): this {
    if (this.#closed) return this;
    this.end();
    this.#closed = true;
    process.nextTick(() => {
      if (error) this.emit('error', error);
      this.emit('close', error !== undefined);
    });
    return this;
  }

  /** What the broker says. */
  hear(bytes: Buffer): void {
    if (!this.#closed) this.emit('data', bytes);
  }

  /** The broker's end is closed. @param code of the error, if it was not in good order */
  closedByBroker(code: string | undefined): void {
    if (this.#closed) return;
    if (code === undefined) this.emit('end');
    this.destroy(code === undefined ? undefined : Object.assign(new Error(`read ${code}`), { code }));
  }

  /** kafkajs lets the process end while the socket is open: there is nothing here that would keep it. */
  unref(): this {
    return this;
  }
}
