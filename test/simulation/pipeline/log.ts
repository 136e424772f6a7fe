/** Kafka as a function's trigger sees it: partitions that are read in order, at least once. */
import type { LogRecord } from '../../../functions/runtime/ports.ts';
import type { Incoming } from '../../../functions/runtime/readEvent.ts';

const partitionsPerTopic = 2;

export class Partition {
  readonly records: Incoming[] = [];
  /** The first record that is not acknowledged. */
  committed = 0;
  #waiting = Promise.withResolvers<void>();

  append(record: Incoming): void {
    this.records.push(record);
    this.#waiting.resolve();
  }

  /** At least one record from the committed one on. */
  async next(most: number): Promise<readonly Incoming[]> {
    while (this.committed === this.records.length) {
      this.#waiting = Promise.withResolvers();
      await this.#waiting.promise;
    }
    return this.records.slice(this.committed, this.committed + most);
  }
}

export class MemoryLog {
  readonly #topics = new Map<string, Partition[]>();

  partitions(topic: string): readonly Partition[] {
    const known = this.#topics.get(topic) ?? Array.from({ length: partitionsPerTopic }, () => new Partition());
    this.#topics.set(topic, known);
    return known;
  }

  append(records: readonly LogRecord[], now: number): void {
    for (const { topic, key, value } of records) {
      const partition = [...String(key)].reduce((sum, letter) => sum + letter.charCodeAt(0), 0) % partitionsPerTopic;
      const log = this.partitions(topic)[partition];
      const offset = log?.records.length ?? 0;
      log?.append({ topic, partition, offset, timestamp: now, key: Buffer.from(key), value: Buffer.from(value) });
    }
  }

  /** Every record of the topic, as JSON. */
  values<T>(topic: string): T[] {
    return this.partitions(topic).flatMap(({ records }) => records.map(({ value }): T => JSON.parse(String(value))));
  }
}
