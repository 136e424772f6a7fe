/** Which disturbances dispatchers meet, and how often which. */

import type { ApiName } from '../../../infra/simulation/kafka/wire/apis.ts';
import { retriableErrors } from '../../../infra/simulation/kafka/wire/errors.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import type { Kind } from '../disturbances/disturbance.ts';
import { drawDisturbances } from '../disturbances/draw.ts';
import type { Action, Ending } from './scenario.ts';
import { topic } from './service.ts';

/** Every request that a dispatcher makes of Kafka. */
const apis: readonly ApiName[] = [
  ...(['Fetch', 'Fetch', 'JoinGroup', 'SyncGroup', 'Heartbeat', 'OffsetCommit', 'OffsetFetch', 'ListOffsets'] as const),
  ...(['Metadata', 'GroupCoordinator', 'Produce', 'LeaveGroup'] as const),
];

const moved = 'NOT_COORDINATOR_FOR_GROUP';
/** Rights that somebody takes away and gives back: after these kafkajs ends its consumer. */
const refused = ['GROUP_AUTHORIZATION_FAILED', 'GROUP_AUTHORIZATION_FAILED'];

/** What Kafka answers for a while; in one run of eight any error after which a client is to try again. */
const passing: Readonly<Partial<Record<ApiName, readonly string[]>>> = {
  Fetch: [
    ...['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'REPLICA_NOT_AVAILABLE'],
    ...['TOPIC_AUTHORIZATION_FAILED', 'TOPIC_AUTHORIZATION_FAILED'],
  ],
  JoinGroup: ['GROUP_COORDINATOR_NOT_AVAILABLE', moved, 'GROUP_LOAD_IN_PROGRESS', 'UNKNOWN_MEMBER_ID', ...refused],
  SyncGroup: ['REBALANCE_IN_PROGRESS', moved, 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', ...refused],
  Heartbeat: ['REBALANCE_IN_PROGRESS', moved, 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID', ...refused, ...refused],
  OffsetCommit: [moved, 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'GROUP_LOAD_IN_PROGRESS', ...refused],
  OffsetFetch: [moved, 'GROUP_LOAD_IN_PROGRESS', ...refused],
  ListOffsets: ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'],
  Metadata: ['LEADER_NOT_AVAILABLE'],
  GroupCoordinator: ['GROUP_COORDINATOR_NOT_AVAILABLE'],
  Produce: ['NOT_LEADER_FOR_PARTITION', 'NOT_ENOUGH_REPLICAS', 'REQUEST_TIMED_OUT'],
  LeaveGroup: [moved],
};

/** All that can be done to a cluster but somebody else's transactions, and how often in all. */
const often: Readonly<Record<Exclude<Kind, 'transaction'>, number>> = {
  ...{ crash: 1, freeze: 1, disconnect: 1, moveLeader: 2, noLeader: 1, moveCoordinator: 1 },
  ...{ error: 8, delay: 1, reset: 1, silence: 1, duplicate: 1 },
  ...{ otherMember: 1, evict: 1, reload: 1, grow: 1, recreate: 1, truncate: 1, retention: 1, compact: 1 },
};
const kinds = Object.entries(often).flatMap(([kind, times]) => Array.from({ length: times }, () => kind as Kind));
const shareOfEndings = 0.15;

type Size = Readonly<{ brokers: number; partitions: number; instances: number; groups: readonly string[] }>;

const endingOf = (random: Random, instances: number): Ending => ({
  kind: random.one(['kill', 'drain'] as const),
  instance: random.between(0, instances - 1),
  back: random.between(0, 6000),
});

/** Of all there is, or in two runs of five of a few kinds, so that one meets another more often ("swarm testing", Groce 2012). */
export const someOf = <T>(random: Random, all: readonly T[], few: boolean): readonly T[] =>
  few ? Array.from({ length: random.between(1, 3) }, () => random.one(all)) : all;

/** @returns so many, with their moments in so many ms: in one run of three all at about the same time */
export function disturbancesOf(
  random: Random,
  of: Size,
  count: number,
  length: number,
): [at: number, action: Action][] {
  const within = random.happens(1 / 3) ? random.between(100, 3000) : length;
  const from = random.between(0, length - within);
  const few = random.happens(0.4);
  const endings = Array.from({ length: count }, () => random.happens(shareOfEndings)).filter(Boolean);
  const stage = {
    brokers: Array.from({ length: of.brokers }, (_, index) => index + 1),
    topics: [{ name: topic, partitions: of.partitions }],
    groups: of.groups,
    apis: someOf(random, apis, few),
    errors: random.happens(1 / 8) ? Object.fromEntries(apis.map((api) => [api, retriableErrors])) : passing,
  };
  const drawn = { count: count - endings.length, within, kinds: someOf(random, kinds, few) };
  return [
    ...endings.map((): [number, Action] => [from + random.between(0, within), endingOf(random, of.instances)]),
    ...drawDisturbances(random, stage, drawn).map(({ at, deed }): [number, Action] => [from + at, deed]),
  ];
}
