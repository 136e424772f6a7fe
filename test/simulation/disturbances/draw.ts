import { type ApiName, apis } from '../../../infra/simulation/kafka/wire/apis.ts';
import { retriableErrors } from '../../../infra/simulation/kafka/wire/errors.ts';
import type { Random } from '../../../infra/simulation/random.ts';
import type { Deed, Disturbance, Kind } from './disturbance.ts';

/** What there is to disturb. */
export type Stage = Readonly<{
  brokers: readonly number[];
  topics: readonly Readonly<{ name: string; partitions: number }>[];
  groups: readonly string[];
  /** Unless told, all that kafkajs asks; what is there more than once is drawn more often. */
  apis?: readonly ApiName[];
  /** What a request may be answered; where it is not told, any error after which a client is to try again. */
  errors?: Readonly<Partial<Record<ApiName, readonly string[]>>>;
}>;

const everything = Object.keys(apis).filter((name) => name !== 'ApiVersions') as ApiName[];

/** Draws the numbers of one deed. */
class Draw {
  readonly #random: Random;
  readonly #stage: Stage;

  constructor(random: Random, stage: Stage) {
    this.#random = random;
    this.#stage = stage;
  }

  get broker(): number {
    return this.#random.one(this.#stage.brokers);
  }

  get group(): string {
    return this.#random.one(this.#stage.groups);
  }

  get topic(): string {
    return this.#random.one(this.#stage.topics).name;
  }

  get place() {
    const { name, partitions } = this.#random.one(this.#stage.topics);
    return { topic: name, partition: this.between(0, partitions - 1) };
  }

  get requests() {
    const api = this.#random.one(this.#stage.apis ?? everything);
    return { api, times: this.between(1, 6), chance: this.#random.one([1, 1, 0.3]) };
  }

  between(least: number, most: number): number {
    return this.#random.between(least, most);
  }

  one<T extends string | number>(...of: readonly T[]): T {
    return this.#random.one(of);
  }

  errorOf(api: ApiName): string {
    return this.#random.one(this.#stage.errors?.[api] ?? retriableErrors);
  }

  /** 0 to 1 */
  get part(): number {
    return this.between(0, 100) / 100;
  }

  get coin(): boolean {
    return this.#random.happens(0.5);
  }
}

const lost = (draw: Draw) => draw.one('request', 'answer');

const deeds: { readonly [K in Kind]: (draw: Draw) => Extract<Deed, { kind: K }> } = {
  crash: (draw) => ({
    kind: 'crash',
    broker: draw.broker,
    sign: draw.one('reset', 'closed'),
    lasts: draw.between(50, 12_000),
  }),
  freeze: (draw) => ({ kind: 'freeze', broker: draw.broker, lasts: draw.between(20, 15_000) }),
  disconnect: (draw) => ({ kind: 'disconnect', broker: draw.broker }),
  moveLeader: (draw) => ({ kind: 'moveLeader', ...draw.place, to: draw.broker }),
  noLeader: (draw) => ({ kind: 'noLeader', ...draw.place, lasts: draw.between(10, 5000) }),
  moveCoordinator: (draw) => ({ kind: 'moveCoordinator', group: draw.group, to: draw.broker }),
  error(draw) {
    const { requests } = draw;
    return { kind: 'error', ...requests, error: draw.errorOf(requests.api) };
  },
  delay: (draw) => ({ kind: 'delay', ...draw.requests, of: lost(draw), milliseconds: draw.between(1, 3000) }),
  reset: (draw) => ({ kind: 'reset', ...draw.requests, lost: lost(draw) }),
  silence: (draw) => ({ kind: 'silence', ...draw.requests, lost: lost(draw) }),
  duplicate: (draw) => ({ kind: 'duplicate', ...draw.requests }),
  otherMember: (draw) => ({
    kind: 'otherMember',
    group: draw.group,
    topic: draw.topic,
    slowness: draw.one(0, 0, draw.between(0, 4000)),
    lasts: draw.between(100, 15_000),
    end: draw.one('leave', 'vanish'),
  }),
  evict: (draw) => ({ kind: 'evict', group: draw.group }),
  reload: (draw) => ({ kind: 'reload', group: draw.group, members: draw.one('kept', 'lost') }),
  grow: (draw) => ({ kind: 'grow', topic: draw.topic, by: draw.between(1, 3) }),
  recreate: (draw) => ({ kind: 'recreate', topic: draw.topic, after: draw.one(0, 0, 400, 1000) }),
  truncate: (draw) => ({ kind: 'truncate', ...draw.place, part: draw.part }),
  retention: (draw) => ({ kind: 'retention', ...draw.place, part: draw.part }),
  compact: (draw) => ({
    kind: 'compact',
    ...draw.place,
    every: draw.one(0, 0, draw.between(1, 4)),
    emptyBatches: draw.one('stay', 'go'),
  }),
  transaction: (draw) => ({
    kind: 'transaction',
    ...draw.place,
    records: draw.between(1, 5),
    lasts: draw.between(1, 3000),
    commit: draw.coin,
  }),
};

/**
 * Draws disturbances, in their order of time.
 * @param of how many, within how many ms, and of which kinds, of all unless told: what is there more than once is drawn more often
 */
export function drawDisturbances(
  random: Random,
  stage: Stage,
  of: Readonly<{ count: number; within: number; kinds?: readonly Kind[] }>,
): Disturbance[] {
  const kinds = of.kinds ?? (Object.keys(deeds) as Kind[]);
  const draw = new Draw(random, stage);
  return Array.from({ length: of.count }, () => {
    return { at: random.between(0, of.within), deed: deeds[random.one(kinds)](draw) };
  }).sort((one, other) => one.at - other.at);
}
