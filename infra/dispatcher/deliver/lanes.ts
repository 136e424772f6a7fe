import type { Partition } from '../record/partition.ts';
import { Queue } from '../record/queue.ts';
import type { KafkaRecord } from '../record/record.ts';
import { listSize } from '../record/recordSize.ts';

/** Which records wait for each other: those of a partition (as on AWS), those of a key, or none. */
export type Ordering = 'partition' | 'key' | 'none';

/** Records that must be done one after another. A lane in flight gives nothing out. */
type Lane = {
  readonly name: string;
  readonly partition: Partition;
  readonly records: Queue<KafkaRecord>;
  /** Payload of its records. */
  bytes: number;
  busy: boolean;
};

/** What is given out together, and the lanes that it keeps busy. */
export type Load = { readonly records: KafkaRecord[]; lanes: Lane[] };

/** Sorts records into lanes, and gives out the records of lanes that are free, the longest waiting lane first. */
export class Lanes {
  readonly #ordering: Ordering;
  readonly #lanes = new Map<Partition, Map<string, Lane>>();
  readonly #free = new Queue<Lane>();
  #anonymous = 0;
  /** How many records, and bytes of payload, the free lanes hold. */
  ready = 0;
  readyBytes = 0;

  constructor(ordering: Ordering) {
    this.#ordering = ordering;
  }

  /** When the first record of the lane that waits longest was fetched, in monotonic milliseconds. */
  get oldest(): number | undefined {
    return this.#free.peek()?.records.peek()?.fetchedAt;
  }

  add(record: KafkaRecord): void {
    const lane = this.#lane(record);
    lane.records.push(record);
    lane.bytes += record.size;
    if (lane.busy) return;
    this.ready++;
    this.readyBytes += record.size;
    if (lane.records.length === 1) this.#free.push(lane);
  }

  /** Up to `count` records in at most `bytes` of payload with the lists of their partitions, but always one; their lanes are busy until released. */
  take(count: number, bytes: number): Load {
    const load: Load = { records: [], lanes: [] };
    let room = bytes;
    const partitions = new Set<Partition>();
    while (load.records.length < count) {
      const lane = this.#free.peek();
      const first = lane?.records.peek();
      if (!lane || !first) break;
      const list = partitions.has(lane.partition) ? 0 : listSize(lane.partition.topic);
      if (first.size + list > room && load.records.length > 0) break;
      partitions.add(lane.partition);
      room -= list;
      this.#free.shift();
      this.#close(lane);
      load.lanes.push(lane);
      for (let next: KafkaRecord | undefined = first; next; next = lane.records.peek()) {
        if (load.records.length === count || (next.size > room && load.records.length > 0)) break;
        room -= next.size;
        lane.bytes -= next.size;
        load.records.push(next);
        lane.records.shift();
      }
    }
    if (this.#ordering !== 'partition' && load.lanes.length > 1) load.records.sort(byPlace);
    return load;
  }

  /** Frees the lanes of a load that has come to its end. */
  release({ lanes }: Load): void {
    for (const lane of lanes) {
      lane.busy = false;
      if (lane.records.length > 0 && !lane.partition.lost) this.#open(lane);
      else this.#lanes.get(lane.partition)?.delete(lane.name);
    }
  }

  /** Frees the lanes of which a load has done all: nobody waits for the records of others in it. */
  releaseDone(load: Load): void {
    const left = new Set(load.records.filter(({ done }) => !done).map((record) => this.#known(record)));
    const { busy = [], over = [] } = Object.groupBy(load.lanes, (lane) => (left.has(lane) ? 'busy' : 'over'));
    load.lanes = busy;
    this.release({ ...load, lanes: over });
  }

  /** Forgets what is queued of a partition that was lost. */
  drop(partition: Partition): void {
    const kept = [...this.#drainFree()].filter((lane) => lane.partition !== partition);
    this.#lanes.delete(partition);
    for (const lane of kept) this.#open(lane);
  }

  *#drainFree(): Generator<Lane> {
    for (let lane = this.#free.shift(); lane; lane = this.#free.shift()) {
      this.#close(lane);
      lane.busy = false;
      yield lane;
    }
  }

  #open(lane: Lane): void {
    this.#free.push(lane);
    this.ready += lane.records.length;
    this.readyBytes += lane.bytes;
  }

  #close(lane: Lane): void {
    lane.busy = true;
    this.ready -= lane.records.length;
    this.readyBytes -= lane.bytes;
  }

  #lane(record: KafkaRecord): Lane {
    const { partition } = record;
    const lanes = this.#lanes.get(partition) ?? new Map<string, Lane>();
    if (lanes.size === 0) this.#lanes.set(partition, lanes);
    const name = this.#name(record) ?? `${this.#anonymous++}`;
    const known = lanes.get(name);
    if (known) return known;
    const lane = { name, partition, records: new Queue<KafkaRecord>(), bytes: 0, busy: false };
    lanes.set(name, lane);
    return lane;
  }

  /** @returns undefined where the record has a lane of its own: without a key it has nothing to keep in order with */
  #name({ key }: KafkaRecord): string | undefined {
    if (this.#ordering === 'partition') return '';
    return this.#ordering === 'key' && key ? `k${key.toString('latin1')}` : undefined;
  }

  /** The lane that a record shares with others. */
  #known(record: KafkaRecord): Lane | undefined {
    const name = this.#name(record);
    return name === undefined ? undefined : this.#lanes.get(record.partition)?.get(name);
  }
}

const byPlace = (a: KafkaRecord, b: KafkaRecord): number => a.partition.id - b.partition.id || a.offset - b.offset;
