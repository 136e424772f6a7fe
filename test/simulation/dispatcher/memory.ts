/** Holds what partitions count of their memory against the buffers that their records keep. */
import type { Held } from '../../../infra/dispatcher/read/fetchControl.ts';
import { Partition } from '../../../infra/dispatcher/record/partition.ts';
import type { KafkaRecord } from '../../../infra/dispatcher/record/record.ts';

/** How often kafkajs may hand on what it had fetched before it was told to pause. */
const late = 2;

type Kept = { records: KafkaRecord[]; fetchedAt: number; over: number };

/** Bytes of the buffers that records are slices of; of those that Node cuts into small pieces, the slices. */
function bytesOf(records: readonly KafkaRecord[]): number {
  const buffers = new Set<ArrayBufferLike>();
  let bytes = 0;
  for (const { key, value, headers } of records) {
    for (const slice of [key, value, ...headers.map(([, content]) => content)]) {
      if (!slice) continue;
      if (slice.buffer.byteLength <= Buffer.poolSize) bytes += slice.length;
      else buffers.add(slice.buffer);
    }
  }
  for (const { byteLength } of buffers) bytes += byteLength;
  return bytes;
}

/** All partitions of all dispatchers in this process, from now on until `end`. */
export class Memory {
  readonly #most: Held;
  readonly #violated: (text: string) => void;
  readonly #kept = new Map<Partition, Kept>();
  readonly #add = Partition.prototype.add;

  /** @param most that a partition may hold before no more is fetched of it */
  constructor(most: Held, violated: (text: string) => void) {
    this.#most = most;
    this.#violated = violated;
    const [add, added] = [this.#add, (to: Partition, record: unknown) => this.#added(to, record as KafkaRecord)];
    Partition.prototype.add = function (this: Partition, record) {
      added(this, record);
      return add.call(this, record) as typeof record;
    };
  }

  #added(partition: Partition, record: KafkaRecord): void {
    const kept = this.#kept.get(partition) ?? { records: [], fetchedAt: 0, over: 0 };
    this.#kept.set(partition, kept);
    if (record.fetchedAt !== kept.fetchedAt) {
      partition.watermark();
      const { bytes, span } = partition;
      kept.over = bytes > this.#most.bytes || span > this.#most.records ? kept.over + 1 : 0;
      if (kept.over > late) this.#violated(`more and more is fetched of a partition that holds ${span} records`);
    }
    kept.fetchedAt = record.fetchedAt;
    kept.records.push(record);
  }

  /** Must hold at any time. */
  check(): void {
    for (const [partition, kept] of this.#kept) {
      const from = partition.watermark();
      kept.records = kept.records.filter(({ offset }) => offset >= from);
      const held = bytesOf(kept.records);
      const where = `${partition.topic}-${partition.id}`;
      if (partition.lost) this.#kept.delete(partition);
      else if (held > partition.bytes) this.#violated(`${where} holds ${held} bytes, and counts ${partition.bytes}`);
      else if (kept.records.length === 0 && partition.bytes > 0)
        this.#violated(`${where} holds nothing, and counts ${partition.bytes} bytes`);
    }
  }

  end(): void {
    Partition.prototype.add = this.#add;
  }
}
