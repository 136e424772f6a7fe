/** kafkajs' own objects below its consumer, for requests that no public method makes. */
import type { Kafka } from 'kafkajs';

type Errors = Readonly<{ partition: number; errorCode: number }>;
export type RawRecord = Readonly<{
  offset: string;
  timestamp: string;
  key: Buffer | null;
  value: Buffer | null;
  headers: Readonly<Record<string, Buffer | null | (Buffer | null)[]>>;
  isControlRecord: boolean;
  batchContext: Readonly<{
    inTransaction: boolean;
    isControlBatch: boolean;
    timestampType: number;
    firstOffset: string;
    lastOffsetDelta: number;
  }>;
}>;
export type RawPartition = Errors &
  Readonly<{
    highWatermark: string;
    lastStableOffset: string;
    lastStartOffset: string;
    undone: readonly Readonly<{ producerId: string; firstOffset: string }>[];
    messages: readonly RawRecord[];
  }>;
export type Joined = Readonly<{ generationId: number; leaderId: string; memberId: string; members: readonly object[] }>;
type Of<A> = (of: object) => Promise<A>;

export type RawBroker = Readonly<{
  nodeId: string | number;
  metadata(topics: readonly string[]): Promise<{
    topicMetadata: readonly Readonly<{
      topic: string;
      partitionMetadata: readonly Readonly<{
        partitionId: number;
        leader: number;
        replicas: number[];
        isr: number[];
      }>[];
    }>[];
  }>;
  produce: Of<{
    topics: readonly {
      partitions: readonly (Errors & { baseOffset: string; logAppendTime: string; logStartOffset: string })[];
    }[];
  }>;
  fetch: Of<{ responses: readonly { topicName: string; partitions: readonly RawPartition[] }[] }>;
  listOffsets: Of<{
    responses: readonly { partitions: readonly (Errors & { offset: string; timestamp: string })[] }[];
  }>;
  joinGroup: Of<Joined>;
  syncGroup: Of<{ memberAssignment: Buffer }>;
  heartbeat: Of<object>;
  leaveGroup: Of<object>;
  offsetCommit: Of<object>;
  offsetFetch: Of<{
    responses: readonly Readonly<{
      topic: string;
      partitions: readonly (Errors & { offset: string; metadata: string })[];
    }>[];
  }>;
  initProducerId: Of<{ producerId: string; producerEpoch: number }>;
  addPartitionsToTxn: Of<object>;
  addOffsetsToTxn: Of<object>;
  txnOffsetCommit: Of<object>;
  endTxn: Of<object>;
  deleteTopics: Of<object>;
  createPartitions: Of<object>;
  findGroupCoordinator: Of<{ coordinator: { nodeId: number } }>;
}>;

export type RawCluster = Readonly<{
  connect(): Promise<void>;
  disconnect(): Promise<void>;
  addMultipleTargetTopics(topics: readonly string[]): Promise<void>;
  refreshMetadata(): Promise<void>;
  findBroker(of: { nodeId: number | string }): Promise<RawBroker>;
  findControllerBroker(): Promise<RawBroker>;
  /** @param of `coordinatorType`: 1 of a transactional id */
  findGroupCoordinator(of: { groupId: string; coordinatorType?: 0 | 1 }): Promise<RawBroker>;
}>;

/** kafkajs hands its cluster to whoever assigns partitions. */
export function rawCluster(kafka: Kafka): RawCluster {
  const found: RawCluster[] = [];
  kafka.consumer({
    groupId: 'none',
    partitionAssigners: [
      ({ cluster }) => {
        found.push(cluster as unknown as RawCluster);
        return {
          name: 'none',
          version: 0,
          assign: async () => [],
          protocol: () => ({ name: 'none', metadata: Buffer.alloc(0) }),
        };
      },
    ],
  });
  const [cluster] = found;
  if (!cluster) throw new Error('kafkajs has handed no cluster to the assigner');
  return cluster;
}
