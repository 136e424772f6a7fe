import type { ClusterState } from '../clusterState.ts';
import { Coordinators } from '../coordinators.ts';
import type { Groups } from '../groups/groups.ts';
import { marker } from '../log/batch.ts';

type State = 'Empty' | 'Ongoing' | 'Ending' | 'Committed' | 'Aborted';
type Producer = Readonly<{ id: number; epoch: number }>;

export type Transaction = {
  readonly transactionalId: string;
  readonly producerId: number;
  epoch: number;
  timeout: number;
  state: State;
  /** What was added to the open transaction. */
  readonly partitions: Map<string, Readonly<{ topic: string; partition: number }>>;
  readonly groups: Set<string>;
  stopTimeout: () => void;
};

const longestTimeout = 900_000;
const nothing = () => undefined;

/** The transactional ids that are known, and how far each of them is. */
export class Transactions {
  readonly coordinators: Coordinators;
  readonly #cluster: ClusterState;
  readonly #groups: Groups;
  readonly #all = new Map<string, Transaction>();
  #producers = 0;

  constructor(cluster: ClusterState, groups: Groups) {
    this.#cluster = cluster;
    this.#groups = groups;
    this.coordinators = new Coordinators(cluster, nothing);
  }

  newProducerId(): number {
    return this.#producers++;
  }

  byProducer(producerId: number): Transaction | undefined {
    return [...this.#all.values()].find((one) => one.producerId === producerId);
  }

  /** A producer begins, and fences the one before it. @returns the name of the error where it cannot yet */
  begin(transactionalId: string, timeout: number): Producer | string {
    if (timeout > longestTimeout || timeout <= 0) return 'INVALID_TRANSACTION_TIMEOUT';
    const known = this.#all.get(transactionalId);
    if (!known) {
      const made = this.#make(transactionalId, timeout);
      return { id: made.producerId, epoch: made.epoch };
    }
    if (known.state === 'Ongoing') {
      known.epoch++;
      this.#end(known, false);
    }
    if (known.state === 'Ending') return 'CONCURRENT_TRANSACTIONS';
    known.epoch++;
    Object.assign(known, { timeout, state: 'Empty' });
    return { id: known.producerId, epoch: known.epoch };
  }

  #make(transactionalId: string, timeout: number): Transaction {
    const made: Transaction = {
      transactionalId,
      producerId: this.newProducerId(),
      epoch: 0,
      timeout,
      state: 'Empty',
      partitions: new Map(),
      groups: new Set(),
      stopTimeout: nothing,
    };
    this.#all.set(transactionalId, made);
    return made;
  }

  /** The transaction that a producer speaks of, or the name of the error. */
  find(transactionalId: string, { id, epoch }: Producer): Transaction | string {
    const known = this.#all.get(transactionalId);
    if (!known || known.producerId !== id) return 'INVALID_PRODUCER_ID_MAPPING';
    if (known.epoch !== epoch) return 'INVALID_PRODUCER_EPOCH';
    return known.state === 'Ending' ? 'CONCURRENT_TRANSACTIONS' : known;
  }

  /** Opens the transaction if it is not yet. */
  open(transaction: Transaction): void {
    if (transaction.state === 'Ongoing') return;
    transaction.state = 'Ongoing';
    transaction.stopTimeout = this.#cluster.timers.after(transaction.timeout, () => {
      transaction.epoch++;
      this.#end(transaction, false);
    });
  }

  /** @returns the name of the error, or NONE */
  end(transaction: Transaction, commit: boolean): string {
    const { state } = transaction;
    if (state === 'Ongoing') this.#end(transaction, commit);
    else if (state !== (commit ? 'Committed' : 'Aborted')) return 'INVALID_TXN_STATE';
    return 'NONE';
  }

  #end(transaction: Transaction, commit: boolean): void {
    const { timers, settings } = this.#cluster;
    transaction.stopTimeout();
    transaction.state = 'Ending';
    timers.after(settings.markerDelay, () => this.#mark(transaction, commit));
  }

  #mark(transaction: Transaction, commit: boolean): void {
    const { producerId, epoch, partitions, groups } = transaction;
    for (const { topic, partition } of partitions.values()) {
      this.#cluster.partition(topic, partition)?.log.append(marker({ id: producerId, epoch }, commit, Date.now()));
    }
    for (const group of groups) this.#groups.offsets(group).decide(producerId, commit);
    partitions.clear();
    groups.clear();
    transaction.state = commit ? 'Committed' : 'Aborted';
    this.#cluster.trace.add('log', `transaction of ${transaction.transactionalId} ${transaction.state}`);
    this.#cluster.changed();
  }
}
