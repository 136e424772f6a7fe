import { AssignerProtocol } from 'kafkajs';
import type { SimulatedKafka } from '../kafka/simulatedKafka.ts';

type Said = Readonly<{ errorCode: number; assignment?: Buffer }>;

/** Which partitions of a topic each client has in each group, as the coordinator has told it: none while it joins, or has left. */
export class Owners {
  readonly #topic: string;
  readonly #assigned = new Map<string, readonly number[]>();

  constructor(kafka: SimulatedKafka, topic: string) {
    this.#topic = topic;
    kafka.trace.listen(({ exchange }) => {
      if (!exchange || !['JoinGroup', 'SyncGroup', 'LeaveGroup'].includes(exchange.api)) return;
      const { groupId } = exchange.request as { groupId: string };
      this.#answered(`${exchange.clientId} ${groupId}`, exchange.response as Said);
    });
  }

  #answered(member: string, { errorCode, assignment }: Said): void {
    if (errorCode !== 0) return;
    const { [this.#topic]: partitions = [] } =
      assignment && assignment.length > 0
        ? (AssignerProtocol.MemberAssignment.decode(assignment)?.assignment ?? {})
        : {};
    this.#assigned.set(member, partitions);
  }

  has(clientId: string, groupId: string, partition: number): boolean {
    return this.#assigned.get(`${clientId} ${groupId}`)?.includes(partition) ?? false;
  }
}
