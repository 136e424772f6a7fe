/** Draws a scenario from its seed. */

import type { Random } from '../../../infra/simulation/random.ts';
import { someOf } from '../dispatcher/disturbances.ts';
import type { Kind } from '../disturbances/disturbance.ts';
import { drawDisturbances } from '../disturbances/draw.ts';
import { answers, engineNames } from './answers.ts';
import { type Action, type Scenario, troubled } from './scenario.ts';
import { plan } from './service.ts';

/** What loses no record. */
const kafkaKinds: readonly Kind[] = [
  ...(['crash', 'freeze', 'disconnect', 'moveLeader', 'noLeader', 'moveCoordinator', 'delay', 'reset'] as const),
  ...(['silence', 'duplicate', 'otherMember', 'evict', 'reload'] as const),
];

const partitions = 4;
type Of = Pick<Scenario, 'brokers' | 'dispatchers'>;

const own: readonly ((random: Random, of: Of) => Action)[] = [
  (random, { dispatchers }) => ({
    kind: 'kill',
    part: random.between(0, dispatchers + 1),
    back: random.between(0, 6000),
  }),
  (random, { dispatchers }) => ({
    kind: 'jump',
    part: random.between(0, dispatchers + 1),
    by: random.one([-3_600_000, -20_000, -1000, 1000, 20_000]),
    lasts: random.between(100, 15_000),
  }),
  (random) => {
    const engine = random.one(engineNames);
    const answer = random.between(0, answers[engine].length - 1);
    return { kind: 'outage', engine, answer, lasts: random.between(100, 15_000) };
  },
  (random) => ({
    kind: 'forget',
    ago: random.one([0, 0, 300, 1500, Number.POSITIVE_INFINITY]),
    back: random.between(500, 6000),
    runs: random.happens(0.5),
  }),
];

function actionsOf(random: Random, of: Of): [number, Action][] {
  const stage = {
    brokers: Array.from({ length: of.brokers }, (_, index) => index + 1),
    topics: plan.mappings.map(({ topic }) => ({ name: topic, partitions })),
    groups: plan.mappings.map(({ consumerGroupId }) => consumerGroupId),
  };
  const few = random.happens(0.4);
  const drawn = { count: random.between(0, 4), within: troubled, kinds: someOf(random, kafkaKinds, few) };
  const mine = someOf(random, own, few);
  return [
    ...drawDisturbances(random, stage, drawn).map(({ at, deed }): [number, Action] => [at, deed]),
    ...Array.from({ length: random.between(0, 4) }, (): [number, Action] => [
      random.between(0, troubled),
      random.one(mine)(random, of),
    ]),
  ].sort(([one], [other]) => one - other);
}

/** @returns the same for the same seed */
export function scenarioOf(seed: number, random: Random): Scenario {
  const size = { brokers: random.one([1, 1, 3]), dispatchers: random.one([1, 1, 2]) };
  const peace = random.happens(0.05);
  return {
    seed,
    ...size,
    orders: random.one([3, 10, 30]),
    rate: peace ? 0 : random.one([0, 0.01, 0.03, 0.1]),
    setback: random.one([0, 0.3]),
    waits: random.one(['3-5,4-6,5-7,6-8', '0-1,0-1,0-1,0-1', '0-0,0-0,0-0,0-0']),
    cancels: random.one([0, 0.3]),
    gone: random.one([0, 0, 0.1]),
    grey: random.one([0, 0, 0.1]),
    misfits: random.one([0, 0, 0.05]),
    actions: peace ? [] : actionsOf(random, size),
  };
}
