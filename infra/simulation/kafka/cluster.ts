/** A simulated cluster: what its brokers know, and who decides what. */
import type { Random } from '../random.ts';
import { type ClusterSettings, ClusterState } from './clusterState.ts';
import { Controller } from './controller.ts';
import { Groups } from './groups/groups.ts';
import { Transactions } from './transactions/transactions.ts';

export type { ClusterSettings, Node } from './clusterState.ts';

export class Cluster extends ClusterState {
  readonly groups: Groups;
  readonly controller: Controller;
  readonly transactions: Transactions;

  constructor(random: Random, brokers: number, settings: Partial<ClusterSettings>) {
    super(random, brokers, settings);
    this.groups = new Groups(this);
    this.controller = new Controller(this, this.groups);
    this.transactions = new Transactions(this, this.groups);
  }
}
