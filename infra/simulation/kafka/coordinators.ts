import type { ClusterState, Node } from './clusterState.ts';

const hash = (text: string): number => [...Buffer.from(text)].reduce((sum, byte) => (sum * 31 + byte) >>> 0, 7);

/** Which broker coordinates which group or transaction. */
export class Coordinators {
  readonly #cluster: ClusterState;
  readonly #places = new Map<string, number>();
  /** Until when a coordinator reads what it is to know, in ms since 1970. */
  readonly #loading = new Map<string, number>();
  readonly #moved: (of: string) => void;

  /** @param moved is told when another broker has taken over */
  constructor(cluster: ClusterState, moved: (of: string) => void) {
    this.#cluster = cluster;
    this.#moved = moved;
  }

  /** Undefined where the broker is down. */
  find(of: string): Node | undefined {
    const id = this.#places.get(of) ?? this.#choose(of);
    const node = id === undefined ? undefined : this.#cluster.node(id);
    return node?.up ? node : undefined;
  }

  #choose(of: string): number | undefined {
    const { up } = this.#cluster;
    const id = up[hash(of) % up.length]?.id;
    if (id !== undefined) this.#places.set(of, id);
    return id;
  }

  /** The name of the error of a broker that is asked about what it does not coordinate, or is still to read; or NONE. */
  refusal(node: Node, of: string): string {
    if (this.find(of) !== node) return 'NOT_COORDINATOR_FOR_GROUP';
    return Date.now() < (this.#loading.get(of) ?? 0) ? 'GROUP_LOAD_IN_PROGRESS' : 'NONE';
  }

  move(of: string, to: number): void {
    this.#places.set(of, to);
    this.#load(of);
  }

  #load(of: string): void {
    this.#loading.set(of, Date.now() + this.#cluster.settings.coordinatorLoad);
    this.#moved(of);
  }

  /** Lets others do what a broker did that is down. */
  leave(node: Node): void {
    for (const [of, id] of [...this.#places]) {
      if (id !== node.id || this.#cluster.up.length === 0) continue;
      this.#choose(of);
      this.#load(of);
    }
  }

  /** A broker is back: it reads anew what is still its own. */
  return(node: Node): void {
    for (const [of, id] of this.#places) if (id === node.id) this.#load(of);
  }
}
