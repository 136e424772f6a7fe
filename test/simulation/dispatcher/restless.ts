/** A group that joins again and again amid work: calls last, and the fetchers of other brokers go on while one of them joins. */
import type { Random } from '../../../infra/simulation/random.ts';
import type { Action, Append, Setting } from './scenario.ts';
import { topic } from './service.ts';

type Moment = [at: number, action: Action];

/** What such a run is drawn with. No second poller: of several a call does not tell which it is of. */
export const restlessSetting = (random: Random): Partial<Setting> => ({
  batchSize: random.one([1, 2, 20]),
  maximumBatchingWindow: 0,
  ordering: 'partition',
  concurrency: 5,
  pollers: 1,
});

/** ms that a part of a joining takes beyond its usual time: heartbeats are 500 ms apart. */
const slow = { least: 400, most: 1500 } as const;

/** What begins a joining: a fetcher finds another leader, the group moves on, or the consumer ends and starts again. */
function beginningOf(random: Random, { brokers, partitions }: Sizes): Action {
  const refused = { kind: 'error', error: 'GROUP_AUTHORIZATION_FAILED', times: 1, chance: 1 } as const;
  const moved = (): Action => ({
    kind: 'moveLeader',
    topic,
    partition: random.between(0, partitions - 1),
    to: random.between(1, brokers),
  });
  return random.one<() => Action>([
    moved,
    moved,
    () => ({ kind: 'error', api: 'Heartbeat', error: 'REBALANCE_IN_PROGRESS', times: 1, chance: 1 }),
    () => ({ ...refused, api: 'Heartbeat' }),
    () => ({ ...refused, api: 'Heartbeat' }),
  ])();
}

type Sizes = Readonly<{ brokers: number; partitions: number; length: number }>;

/** @param appended draws an append to a partition */
export function restlessOf(random: Random, sizes: Sizes, appended: (partition: number) => Append): Moment[] {
  const moments: Moment[] = [];
  for (let at = random.between(500, 2000); at < sizes.length; at += random.between(1000, 2500)) {
    const slowed = ['GroupCoordinator', random.one(['JoinGroup', 'SyncGroup'] as const)] as const;
    for (const api of slowed) {
      const milliseconds = random.between(slow.least, slow.most);
      moments.push([
        at,
        { kind: 'delay', api, of: random.one(['request', 'answer'] as const), milliseconds, times: 1, chance: 1 },
      ]);
    }
    moments.push([at, beginningOf(random, sizes)]);
    for (let partition = 0; partition < sizes.partitions; partition++) {
      moments.push([Math.max(0, at - random.between(0, 500)), appended(partition)]);
    }
  }
  return moments;
}
