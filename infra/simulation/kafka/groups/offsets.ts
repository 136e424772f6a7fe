export type Committed = Readonly<{ offset: number; metadata: string }>;
export type Place = Readonly<{ topic: string; partition: number }>;

/** What a group has committed, by topic and partition. */
export class Offsets {
  readonly #topics = new Map<string, Map<number, Committed>>();
  /** By producer: what a transaction will have committed when it ends well. */
  readonly #pending = new Map<number, (Place & Committed)[]>();

  get topics(): ReadonlyMap<string, ReadonlyMap<number, Committed>> {
    return this.#topics;
  }

  get(topic: string, partition: number): Committed | undefined {
    return this.#topics.get(topic)?.get(partition);
  }

  set({ topic, partition }: Place, { offset, metadata }: Committed): void {
    const partitions = this.#topics.get(topic) ?? new Map<number, Committed>();
    this.#topics.set(topic, partitions.set(partition, { offset, metadata }));
  }

  /** Keeps it until the producer's transaction ends. */
  propose(producerId: number, commit: Place & Committed): void {
    this.#pending.set(producerId, [...(this.#pending.get(producerId) ?? []), commit]);
  }

  decide(producerId: number, commit: boolean): void {
    for (const one of commit ? (this.#pending.get(producerId) ?? []) : []) this.set(one, one);
    this.#pending.delete(producerId);
  }

  forgetTopic(topic: string): void {
    this.#topics.delete(topic);
  }
}
