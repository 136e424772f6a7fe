/** Where reading starts: at what the group has committed, else where the mapping says. */
import type { Admin } from 'kafkajs';
import type { Clock } from '../../clock.ts';
import type { Mapping } from '../config/mapping.ts';
import type { Partition } from '../record/partition.ts';
import { noProgress, type Position, withinLog } from '../record/place.ts';
import { readProgress } from './progress.ts';

/** What Kafka says where a group has no offset. kafkajs commits −2 where what it asked for is not in the log (any more). */
const none = -1;

type Committed = { known: number; metadata: string };
type Start = { low: number; high: number; requested: number; since: number };

/**
 * Asks Kafka at each call, and keeps no answer.
 * @throws KafkaJSError from `of`, when kafkajs has given up trying
 */
export class StartingPositions {
  readonly #admin: Admin;
  readonly #mapping: Mapping;
  /** In ms since 1970: what LATEST means where a log that was read is another one by now. */
  readonly #began: number;

  constructor({ admin, mapping, clock }: { admin: Admin; mapping: Mapping; clock: Clock }) {
    this.#admin = admin;
    this.#mapping = mapping;
    this.#began = clock.now();
  }

  /**
   * Where to begin with each partition, but for those that are read already and can be read on. A group's offset that
   * went back, or that is gone, tells of a log that was cut, or deleted and made anew: what is in it now was never read.
   * @param had the partitions that are read already; where their log now begins later, they go on there
   */
  async of(ids: readonly number[], had: ReadonlyMap<number, Partition>): Promise<Position[]> {
    if (ids.length === 0) return [];
    const committed = await this.#committed();
    const at = (id: number): Committed => committed.get(id) ?? { known: none, metadata: '' };
    const open = ids.filter((id) => {
      const before = had.get(id);
      return before === undefined || before.reset || at(id).known < before.known;
    });
    const starts = await this.#starts(open.filter((id) => had.has(id) || at(id).known < 0 || at(id).metadata !== ''));
    return open.flatMap((id): Position[] => {
      const { known, metadata } = at(id);
      const before = had.get(id);
      const start = starts.get(id) ?? { low: 0, requested: 0, since: 0, high: 0 };
      if (!before && known >= 0) {
        const progress = withinLog(readProgress(known, metadata), start.high);
        return [{ partition: id, offset: known, known, progress }];
      }
      if (before && before.next < start.low) {
        before.skipTo(start.low);
        return [];
      }
      const offset = before || known < none ? start.since : start.requested;
      return [{ partition: id, offset, known: Math.min(known, none), progress: noProgress }];
    });
  }

  async #committed(): Promise<Map<number, Committed>> {
    const { topic, consumerGroupId: groupId } = this.#mapping;
    const [group] = await this.#admin.fetchOffsets({ groupId, topics: [topic] });
    const entries = group?.partitions ?? [];
    return new Map(entries.map((one) => [one.partition, { known: Number(one.offset), metadata: one.metadata ?? '' }]));
  }

  /** `requested` as the mapping says, `since` where the log was read before; `low` is the first offset there is, `high` the log's end. */
  async #starts(ids: readonly number[]): Promise<Map<number, Start>> {
    if (ids.length === 0) return new Map();
    const { topic, startingPosition: start } = this.#mapping;
    const from = start.at === 'AT_TIMESTAMP' ? start.timestamp : this.#began;
    const offsets = await this.#admin.fetchTopicOffsets(topic);
    const late = start.at === 'TRIM_HORIZON' ? [] : await this.#admin.fetchTopicOffsetsByTimestamp(topic, from);
    const timed = new Map(late.map(({ partition, offset }) => [partition, Number(offset)]));
    return new Map(
      offsets.map(({ partition, ...ends }) => {
        const [low, high] = [Number(ends.low), Number(ends.high)];
        const since = timed.get(partition) ?? low;
        return [partition, { low, high, since, requested: start.at === 'LATEST' ? high : since }];
      }),
    );
  }
}
