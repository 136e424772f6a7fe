import type { Cluster, Node } from './cluster.ts';
import type { Network } from './network/network.ts';

/** What befalls brokers. */
export class Brokers {
  readonly #cluster: Cluster;
  readonly #network: Network;

  constructor(cluster: Cluster, network: Network) {
    this.#cluster = cluster;
    this.#network = network;
  }

  get ids(): number[] {
    return this.#cluster.nodes.map(({ id }) => id);
  }

  /** Those that are up. */
  get up(): number[] {
    return this.#cluster.up.map(({ id }) => id);
  }

  /**
   * Ends a broker at once. What it led and coordinated is taken over by others after the cluster's `failover` time, if
   * there are others.
   * @param sign what the clients see of it: their connections are reset, or closed
   */
  crash(id: number, sign: 'reset' | 'closed' = 'reset'): void {
    const node = this.#cluster.node(id);
    if (!node.up) return;
    node.up = false;
    this.#tell(`broker ${id} crashes`);
    this.#network.disconnect(id, sign === 'reset' ? 'ECONNRESET' : undefined);
    this.#cluster.timers.after(this.#cluster.settings.failover, () => this.#handOver(node));
  }

  #handOver(node: Node): void {
    if (node.up) return;
    node.fenced = true;
    for (const [topic, { partitions }] of this.#cluster.topics) {
      for (const [index, { leader, replicas }] of partitions.entries()) {
        if (leader === node.id)
          this.#lead(
            topic,
            index,
            replicas.find((id) => this.#cluster.node(id).up),
          );
      }
    }
    this.#cluster.groups.coordinators.leave(node);
    this.#cluster.transactions.coordinators.leave(node);
    this.#cluster.changed();
  }

  /** Starts a broker that has crashed. It leads what nobody leads. */
  start(id: number): void {
    const node = this.#cluster.node(id);
    if (node.up) return;
    Object.assign(node, { up: true, fenced: false, frozenUntil: 0 });
    this.#tell(`broker ${id} starts`);
    for (const [topic, { partitions }] of this.#cluster.topics) {
      for (const [index, { leader, replicas }] of partitions.entries()) {
        if (leader === undefined && replicas.includes(id)) this.#lead(topic, index, id);
      }
    }
    this.#cluster.groups.coordinators.return(node);
    this.#cluster.transactions.coordinators.return(node);
    this.#cluster.changed();
  }

  /** Lets a broker answer nothing for so many ms, as in a long pause of its garbage collector. */
  freeze(id: number, milliseconds: number): void {
    this.#tell(`broker ${id} freezes for ${milliseconds} ms`);
    this.#cluster.node(id).frozenUntil = Date.now() + milliseconds;
  }

  /** Breaks the connections of a broker that goes on. */
  disconnect(id: number): void {
    this.#tell(`connections of broker ${id} break`);
    this.#network.disconnect(id, 'ECONNRESET');
  }

  /** The broker that leads a partition; undefined while none does. @throws RangeError for an unknown partition */
  leader(topic: string, partition: number): number | undefined {
    return this.#partition(topic, partition).leader;
  }

  /** @param to another broker; none where it is undefined */
  moveLeader(topic: string, partition: number, to: number | undefined): void {
    if (to !== undefined) this.#cluster.node(to);
    this.#lead(topic, partition, to);
    this.#cluster.changed();
  }

  /** Lets the first replica that is up lead a partition that nobody leads. */
  elect(topic: string, partition: number): void {
    const { leader, replicas } = this.#partition(topic, partition);
    if (leader !== undefined) return;
    const up = replicas.find((id) => this.#cluster.node(id).up);
    if (up !== undefined) this.moveLeader(topic, partition, up);
  }

  #lead(topic: string, index: number, leader: number | undefined): void {
    const partition = this.#partition(topic, index);
    Object.assign(partition, { leader, leaderEpoch: partition.leaderEpoch + 1 });
    this.#tell(`${topic}-${index} is led by ${leader ?? 'nobody'}`);
  }

  #partition(topic: string, index: number) {
    const partition = this.#cluster.partition(topic, index);
    if (!partition) throw new RangeError(`there is no partition ${index} of ${topic}`);
    return partition;
  }

  /** The broker that coordinates a group; undefined while it is down. */
  coordinator(group: string): number | undefined {
    return this.#cluster.groups.coordinators.find(group)?.id;
  }

  /** Joinings that wait end by an error; the new coordinator knows the last complete generation. */
  moveCoordinator(group: string, to: number): void {
    this.#cluster.node(to);
    this.#tell(`group ${group} is coordinated by ${to}`);
    this.#cluster.groups.coordinators.move(group, to);
  }

  #tell(text: string): void {
    this.#cluster.trace.add('disturbance', text);
  }
}
