import type { TopicRecord } from '../../functions/runtime/readTopics.kafka.ts';

/** Lines that are kept of them; a person reads fewer. */
const most = 10_000;

/** Records in the system's topics that are none of its own, each named once by its place. */
export class Strange {
  readonly #places = new Set<string>();

  note({ topic, partition, offset }: Pick<TopicRecord, 'topic' | 'partition' | 'offset'>): void {
    if (this.#places.size < most) this.#places.add(`${topic}-${partition}@${offset} is not what its topic holds`);
  }

  get places(): string[] {
    return [...this.#places];
  }
}
