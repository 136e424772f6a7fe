import { at } from '../../at.ts';
import { compressions } from './log/batch.ts';
import { PartitionLog } from './log/partitionLog.ts';

export type Partition = {
  readonly log: PartitionLog;
  readonly replicas: readonly number[];
  /** The broker that serves it; undefined while none can. */
  leader: number | undefined;
  leaderEpoch: number;
};
export type Topic = { readonly name: string; readonly partitions: Partition[]; config: Map<string, string> };

export type Settings = Readonly<Record<string, string>>;

/** What holds for a topic unless it is told otherwise: Kafka's own values, of the settings that mean something here. */
export const topicDefaults: Settings = {
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'max.message.bytes': '1048588',
  'message.timestamp.after.max.ms': '3600000',
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.type': 'CreateTime',
  'min.insync.replicas': '1',
  'retention.bytes': '-1',
  'retention.ms': '604800000',
};

const whole = /^-?\d+$/;
const choices: Readonly<Record<string, readonly string[]>> = {
  'compression.type': ['producer', 'uncompressed', ...compressions.slice(1)],
  'message.timestamp.type': ['CreateTime', 'LogAppendTime'],
};
const policies = ['delete', 'compact'];

/** @returns what is wrong with a setting, if something is */
export function badSetting(name: string, value: string): string | undefined {
  const usual = topicDefaults[name];
  if (usual === undefined) return `Unknown topic config name: ${name}`;
  const known =
    name === 'cleanup.policy'
      ? value.split(',').every((one) => policies.includes(one))
      : whole.test(usual)
        ? whole.test(value)
        : choices[name]?.includes(value);
  return known ? undefined : `Invalid value ${value} for configuration ${name}`;
}

export const settingOf = (topic: Topic, name: string): string => topic.config.get(name) ?? topicDefaults[name] ?? '';

const legalName = /^[a-zA-Z0-9._-]{1,249}$/;
export const isTopicName = (name: string): boolean => legalName.test(name) && name !== '.' && name !== '..';

/** Deals the replicas of partitions out to the brokers, round about. */
export function newPartition(index: number, brokers: readonly number[], replicationFactor: number): Partition {
  const replicas = Array.from({ length: replicationFactor }, (_, replica) =>
    at(brokers, (index + replica) % brokers.length),
  );
  return { log: new PartitionLog(), replicas, leader: replicas[0], leaderEpoch: 0 };
}
