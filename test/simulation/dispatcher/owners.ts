import { AssignerProtocol } from 'kafkajs';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Exchange } from '../../../infra/simulation/kafka/trace.ts';

type Asked = Readonly<{ groupId: string; generationId?: number }>;
type Said = Readonly<{ errorCode: number; generationId?: number; assignment?: Buffer }>;

const memberOf = ({ clientId, request }: Pick<Exchange, 'clientId' | 'request'>): string =>
  `${clientId} ${(request as Asked).groupId}`;

/** Which partitions of a topic each client has in each group, as the coordinator has told it: none from when it asks to join. */
export class Owners {
  readonly #topic: string;
  /** By member and generation: where an answer is lost in which it would have heard of the next, it stays in the one before. */
  readonly #assigned = new Map<string, readonly number[]>();
  readonly #joining = new Set<string>();
  readonly #generations = new Map<string, number | undefined>();
  readonly #left = new Set<string>();

  constructor(kafka: SimulatedKafka, topic: string) {
    this.#topic = topic;
    kafka.trace.onArrival((arrival) => {
      if (arrival.api === 'JoinGroup') this.#joining.add(memberOf(arrival));
    });
    kafka.trace.listen(({ exchange }) => exchange && this.#answered(exchange));
  }

  #answered(exchange: Exchange): void {
    const { api } = exchange;
    if (api !== 'JoinGroup' && api !== 'SyncGroup' && api !== 'LeaveGroup' && api !== 'Heartbeat') return;
    const member = memberOf(exchange);
    const {
      errorCode,
      generationId = (exchange.request as Asked).generationId,
      assignment,
    } = exchange.response as Said;
    // After a joining that was refused, and where it still is a member, it has what it had.
    if (errorCode === 0 || api === 'JoinGroup') this.#joining.delete(member);
    if (errorCode !== 0) return;
    if (api === 'LeaveGroup') {
      this.#left.add(member);
      return;
    }
    this.#left.delete(member);
    this.#generations.set(member, generationId);
    if (api === 'SyncGroup') this.#assigned.set(`${member} ${generationId}`, this.#partitions(assignment));
  }

  #partitions(assignment: Buffer | undefined): readonly number[] {
    if (!assignment?.length) return [];
    return AssignerProtocol.MemberAssignment.decode(assignment)?.assignment[this.#topic] ?? [];
  }

  has(clientId: string, groupId: string, partition: number): boolean {
    const member = `${clientId} ${groupId}`;
    if (this.#joining.has(member) || this.#left.has(member)) return false;
    return this.#assigned.get(`${member} ${this.#generations.get(member)}`)?.includes(partition) ?? false;
  }
}
