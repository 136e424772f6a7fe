import type { Produced, SourceCounts } from './source.ts';

/** Messages that wait for Kafka; a live stream does not wait, so more than these are counted and let go. */
const most = 50_000;

/** `push` never waits: where too many wait it counts the message as `overflowed` and drops it. */
type LiveQueue = Readonly<{
  push(message: Produced): void;
  /** Ends the iteration, after what waits, with the error if there is one. */
  end(error?: Error): void;
  messages: AsyncIterable<Produced>;
}>;

/** Between a stream that pushes and a producer that pulls. */
export function liveQueue(counts: SourceCounts): LiveQueue {
  let waiting: Produced[] = [];
  let ended: { error?: Error } | undefined;
  let wake = Promise.withResolvers<void>();
  async function* drain(): AsyncGenerator<Produced> {
    for (;;) {
      const batch = waiting;
      waiting = [];
      yield* batch;
      if (waiting.length > 0) continue;
      if (ended?.error) throw ended.error;
      if (ended) return;
      await wake.promise;
      wake = Promise.withResolvers<void>();
    }
  }
  return {
    push(message) {
      if (waiting.length >= most) {
        counts.overflowed++;
        return;
      }
      waiting.push(message);
      wake.resolve();
    },
    end(error) {
      ended ??= error ? { error } : {};
      wake.resolve();
    },
    messages: drain(),
  };
}
