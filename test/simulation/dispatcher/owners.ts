import { AssignerProtocol } from 'kafkajs';
import type { SimulatedKafka } from '../../../infra/simulation/kafka/simulatedKafka.ts';
import type { Exchange } from '../../../infra/simulation/kafka/trace.ts';

type Asked = Readonly<{ groupId: string; generationId?: number }>;
type Said = Readonly<{ errorCode: number; generationId?: number; assignment?: Buffer }>;

const memberOf = ({ clientId, request }: Pick<Exchange, 'clientId' | 'request'>): string =>
  `${clientId} ${(request as Asked).groupId}`;

/** ms that a function may need to start: a call that waits for that was begun before. */
const coldStart = 200;

/** Which partitions of a topic each client has in each group, as the coordinator has told it: none from when it asks to join. */
export class Owners {
  readonly #topic: string;
  /** By member and generation: where an answer is lost in which it would have heard of the next, it stays in the one before. */
  readonly #assigned = new Map<string, readonly number[]>();
  readonly #joining = new Set<string>();
  readonly #generations = new Map<string, number | undefined>();
  /** When each has left, in ms since 1970. */
  readonly #left = new Map<string, number>();

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
      this.#left.set(member, Date.now());
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
    const left = this.#left.get(member) ?? Number.POSITIVE_INFINITY;
    if (this.#joining.has(member) || Date.now() > left + coldStart) return false;
    return this.#assigned.get(`${member} ${this.#generations.get(member)}`)?.includes(partition) ?? false;
  }
}
