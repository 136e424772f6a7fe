import type { PartitionAssigner } from 'kafkajs';

/**
 * How the members of a group share partitions, under another name. The members take what their leader hands out, whatever
 * way the name stands for; but all of them have to offer a name in common.
 * @param name such as `range`, by which Java's and librdkafka's consumers know each other
 */
export const groupAssigner =
  (name: string, assigner: PartitionAssigner): PartitionAssigner =>
  (config) => {
    const { protocol, ...own } = assigner(config);
    return { ...own, name, protocol: (subscription) => ({ ...protocol(subscription), name }) };
  };
