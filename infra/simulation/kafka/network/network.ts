import type { ISocketFactory } from 'kafkajs';
import type { Random } from '../../random.ts';
import type { Cluster } from '../cluster.ts';
import type { Faults } from '../faults.ts';
import { Connection } from './connection.ts';
import { ClientSocket } from './socket.ts';

/** In ms, for one way. */
export type Latency = Readonly<{ least: number; most: number }>;

/** Connects clients with the brokers. */
export class Network {
  readonly #cluster: Cluster;
  readonly #faults: Faults;
  readonly #random: Random;
  readonly #latency: Latency;
  readonly #connections = new Set<Connection>();

  constructor(of: { cluster: Cluster; faults: Faults; random: Random; latency: Latency }) {
    this.#cluster = of.cluster;
    this.#faults = of.faults;
    this.#random = of.random;
    this.#latency = of.latency;
  }

  get open(): number {
    return this.#connections.size;
  }

  /** For kafkajs' option of that name. */
  readonly socketFactory: ISocketFactory = ({ host, port, onConnect }) => {
    const socket = new ClientSocket();
    const node = this.#cluster.nodes.find((one) => one.host === host && one.port === port);
    this.#cluster.timers.after(this.#draw(), () => {
      if (socket.destroyed) return;
      if (node?.up) socket.connected(this.#accept(socket, node), onConnect);
      else socket.closedByBroker('ECONNREFUSED');
    });
    // kafkajs uses no more of a socket than there is.
    return socket as unknown as ReturnType<ISocketFactory>;
  };

  #draw(): number {
    return this.#random.between(this.#latency.least, this.#latency.most);
  }

  #accept(socket: ClientSocket, node: Connection['node']): Connection {
    const of = { cluster: this.#cluster, node, faults: this.#faults, socket };
    const connection = new Connection(of, this.#latency.most > 0 ? () => this.#draw() : undefined, () =>
      this.#connections.delete(connection),
    );
    this.#connections.add(connection);
    return connection;
  }

  /** Breaks all connections of a broker. @param code what clients see; nothing where it is undefined: an orderly end */
  disconnect(broker: number, code: string | undefined): void {
    for (const connection of [...this.#connections]) if (connection.node.id === broker) connection.close(code);
  }
}
