/** Where the producer's messages come from. */

/** Bytes of one message, and of one request: Kafka takes at most 1 MB for a partition, with what is around it. */
export const mostBytes = 900_000;

/** One message ready for Kafka. */
export type Produced = Readonly<{
  /** Messages with the same key meet in one partition, in their order. */
  key: string;
  /** JSON. */
  value: string;
}>;

/** What a live source could not bring, so that nobody takes silence for completeness. */
export type SourceCounts = {
  received: number;
  /** Not tracked, or in another language. */
  filtered: number;
  /** Frames that are no post. */
  invalid: number;
  /** Came faster than Kafka took them. */
  overflowed: number;
  reconnects: number;
  /** Seconds for which nothing could be received and that the stream did not bring later. */
  blindSeconds: number;
};

/**
 * `pulled`: messages on demand, at whatever pace they are asked for. `live`: at the pace of the world;
 * the iteration ends when `stop` is called.
 */
export type Source =
  | Readonly<{ kind: 'pulled'; messages: Iterator<Produced> }>
  | Readonly<{ kind: 'live'; messages: AsyncIterable<Produced>; counts: SourceCounts; stop(): void }>;

/** A new object each time: the source counts in it. */
export const noCounts = (): SourceCounts => ({
  received: 0,
  filtered: 0,
  invalid: 0,
  overflowed: 0,
  reconnects: 0,
  blindSeconds: 0,
});
