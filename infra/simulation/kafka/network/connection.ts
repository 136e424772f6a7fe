import type { Cluster, Node } from '../cluster.ts';
import type { Faults } from '../faults.ts';
import { type Answered, answerTo } from './exchange.ts';
import type { ClientSocket, Peer } from './socket.ts';

/** One way of a connection: what is sent arrives later, and in its order. */
class Way {
  readonly #cluster: Cluster;
  readonly #latency: (() => number) | undefined;
  readonly #underway: (() => void)[] = [];
  #latest = 0;

  /** @param latency in ms, anew for each thing sent; without one it has arrived when it is sent */
  constructor(cluster: Cluster, latency: (() => number) | undefined) {
    this.#cluster = cluster;
    this.#latency = latency;
  }

  send(arrive: () => void): void {
    if (!this.#latency) {
      arrive();
      return;
    }
    const now = Date.now();
    this.#latest = Math.max(this.#latest, now + this.#latency());
    this.#underway.push(arrive);
    this.#cluster.timers.after(this.#latest - now, () => this.#underway.shift()?.());
  }
}

const lengthField = 4;

/** The broker's end of a connection. Like a broker it takes one request at a time: the next waits for the answer. */
export class Connection implements Peer {
  readonly node: Node;
  readonly #cluster: Cluster;
  readonly #faults: Faults;
  readonly #socket: ClientSocket;
  readonly #up: Way;
  readonly #down: Way;
  readonly #closed: () => void;
  readonly #requests: Buffer[] = [];
  #received: Buffer = Buffer.alloc(0);
  #busy = false;
  #open = true;

  /** @param latency ms that the next thing sent is under way; an answer is never there when it is asked for */
  constructor(
    of: { cluster: Cluster; node: Node; faults: Faults; socket: ClientSocket },
    latency: (() => number) | undefined,
    closed: () => void,
  ) {
    this.node = of.node;
    this.#cluster = of.cluster;
    this.#faults = of.faults;
    this.#socket = of.socket;
    this.#up = new Way(of.cluster, latency);
    this.#down = new Way(of.cluster, latency ?? (() => 0));
    this.#closed = closed;
  }

  receive(bytes: Buffer): void {
    this.#up.send(() => {
      this.#received = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
      this.#split();
      void this.#work();
    });
  }

  #split(): void {
    for (;;) {
      const length = this.#received.length < lengthField ? Infinity : this.#received.readInt32BE(0) + lengthField;
      if (this.#received.length < length) return;
      this.#requests.push(this.#received.subarray(lengthField, length));
      this.#received = this.#received.subarray(length);
    }
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (let request = this.#requests.shift(); request && this.#open; request = this.#requests.shift()) {
      if (this.#cluster.isFrozen(this.node)) await this.#cluster.thawed(this.node);
      if (!this.#open) return;
      this.#say(await answerTo(request, this.#cluster, this.node, this.#faults));
    }
    this.#busy = false;
  }

  #say(answered: Answered): void {
    if (!this.#open) return;
    if (answered.kind === 'nothing') return;
    const { bytes } = answered;
    const copies = answered.kind === 'answer' ? answered.copies : 1;
    if (bytes) for (let left = copies; left > 0; left--) this.#down.send(() => this.#socket.hear(bytes));
    if (answered.kind === 'reset') this.close('ECONNRESET');
  }

  closedByClient(): void {
    this.#up.send(() => this.close(undefined));
  }

  /** @param code the error that the client sees; none where the broker ends in good order */
  close(code: string | undefined): void {
    if (!this.#open) return;
    this.#open = false;
    this.#closed();
    this.#down.send(() => this.#socket.closedByBroker(code));
  }
}
