import type { Random } from '../random.ts';
import type { Disturbance } from './scenario.ts';

/** Every request that a dispatcher makes of Kafka. */
const requests = [
  ...['Fetch', 'Fetch', 'JoinGroup', 'SyncGroup', 'Heartbeat', 'OffsetCommit', 'OffsetFetch', 'ListOffsets'],
  ...['Metadata', 'GroupCoordinator', 'Produce', 'LeaveGroup'],
] as const;

/** What Kafka may answer for a while, by the request. */
const passing: Readonly<Record<string, readonly string[]>> = {
  Fetch: ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE', 'UNKNOWN_TOPIC_OR_PARTITION', 'REPLICA_NOT_AVAILABLE'],
  JoinGroup: [
    'GROUP_COORDINATOR_NOT_AVAILABLE',
    'NOT_COORDINATOR_FOR_GROUP',
    'GROUP_LOAD_IN_PROGRESS',
    'UNKNOWN_MEMBER_ID',
  ],
  SyncGroup: ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
  Heartbeat: ['REBALANCE_IN_PROGRESS', 'NOT_COORDINATOR_FOR_GROUP', 'ILLEGAL_GENERATION', 'UNKNOWN_MEMBER_ID'],
  OffsetCommit: ['NOT_COORDINATOR_FOR_GROUP', 'REBALANCE_IN_PROGRESS', 'ILLEGAL_GENERATION', 'GROUP_LOAD_IN_PROGRESS'],
  OffsetFetch: ['NOT_COORDINATOR_FOR_GROUP', 'GROUP_LOAD_IN_PROGRESS'],
  ListOffsets: ['NOT_LEADER_FOR_PARTITION', 'LEADER_NOT_AVAILABLE'],
  Metadata: ['LEADER_NOT_AVAILABLE'],
  GroupCoordinator: ['GROUP_COORDINATOR_NOT_AVAILABLE'],
  Produce: ['NOT_LEADER_FOR_PARTITION', 'NOT_ENOUGH_REPLICAS', 'REQUEST_TIMED_OUT'],
  LeaveGroup: ['NOT_COORDINATOR_FOR_GROUP'],
};

/** `<kind>` or `<kind>:<detail>`; the world knows what they mean. */
function effectOf(random: Random, api: string): string {
  if (random.happens(0.5)) return `error:${random.one(passing[api] ?? ['UNKNOWN'])}`;
  return random.one(['delay:300', 'delay:3000', 'reset:request', 'reset:answer', 'silence:request', 'silence:answer']);
}

type Size = Readonly<{ brokers: number; partitions: number; instances: number }>;
type Draw = (random: Random, of: Size) => Disturbance;

const broker = (random: Random, { brokers }: Size) => random.between(1, brokers);
const partition = (random: Random, { partitions }: Size) => random.between(0, partitions - 1);

const draws: readonly Draw[] = [
  (random, of) => ({ do: 'crash broker', broker: broker(random, of), lasts: random.between(100, 12_000) }),
  (random, of) => ({ do: 'freeze broker', broker: broker(random, of), lasts: random.between(100, 15_000) }),
  (random, of) => ({ do: 'break connections', broker: broker(random, of), lasts: 0 }),
  (random, of) => ({ do: 'move leader', partition: partition(random, of), to: broker(random, of) }),
  (random, of) => ({ do: 'move leader', partition: partition(random, of), to: broker(random, of) }),
  (random, of) => ({ do: 'move coordinator', to: broker(random, of) }),
  (random) => ({ do: 'read group anew', members: random.one(['kept', 'lost'] as const) }),
  () => ({ do: 'evict members' }),
  (random) => ({
    do: 'another member',
    lasts: random.between(500, 8000),
    slowness: random.one([0, 0, 4000]),
    vanishes: random.happens(0.3),
  }),
  ...Array.from({ length: 6 }, (): Draw => fault),
  (random, of) => ({ do: 'delete records', partition: partition(random, of), share: random.fraction() }),
  (random, of) => ({ do: 'truncate', partition: partition(random, of), share: random.fraction() }),
  (random, of) => ({ do: 'compact', partition: partition(random, of), empty: random.happens(0.5) }),
  (random) => ({ do: 'recreate topic', gap: random.one([0, 0, 400]) }),
  (random) => ({ do: 'grow topic', by: random.between(1, 3) }),
  ...Array.from({ length: 4 }, (): Draw => end),
];

function fault(random: Random): Disturbance {
  const api = random.one(requests);
  const [times, chance] = [random.between(1, 6), random.one([1, 0.3])];
  return { do: 'fault', api, effect: effectOf(random, api), times, chance };
}

function end(random: Random, { instances }: Size): Disturbance {
  return {
    do: random.one(['kill', 'drain'] as const),
    instance: random.between(0, instances - 1),
    back: random.between(0, 6000),
  };
}

export const disturbance = (random: Random, of: Size): Disturbance => random.one(draws)(random, of);
