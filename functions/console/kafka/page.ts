/**
 * A record as text. What is not UTF-8 becomes `base64:` and its bytes; several values of a header are joined by commas.
 * `timestamp` is ms since 1970, `value` null for a tombstone.
 */
export type Message = Readonly<{
  partition: number;
  offset: number;
  timestamp: number;
  key: string | null;
  value: string | null;
  headers: Readonly<Record<string, string>>;
  /** Bytes of the value, of which at most the first 64 KiB are in `value`. */
  size: number;
}>;

/** Oldest first, over all partitions. `from` and `low` are included in a span, `to` and `high` are not. */
export type Page = Readonly<{
  messages: readonly Message[];
  /** Where the shown part of each partition begins and ends, and what there is. */
  spans: readonly { partition: number; from: number; to: number; low: number; high: number }[];
}>;

type Spans = ReadonlyMap<number, Page['spans'][number]>;

/** Of a record among those of its partition: its own, or that of its neighbours where these say that it cannot be. */
function timeOf(all: readonly Message[], index: number): number {
  const own = all[index]?.timestamp ?? 0;
  const begin = Math.max(0, Math.min(index - 1, all.length - 3));
  const [, middle] = all
    .slice(begin, begin + 3)
    .map(({ timestamp }) => timestamp)
    .sort((a, b) => a - b);
  if (all.length < 3 || middle === undefined) return own;
  if (index === 0) return Math.min(own, middle);
  return index === all.length - 1 ? Math.max(own, middle) : middle;
}

function inOrder(found: readonly Message[]): Message[] {
  const partitions = Map.groupBy(found, ({ partition }) => partition);
  return [...partitions.values()]
    .flatMap((messages) => {
      const all = messages.toSorted((a, b) => a.offset - b.offset);
      return all.map((message, index) => ({ message, time: timeOf(all, index) }));
    })
    .sort((a, b) => a.time - b.time || a.message.offset - b.message.offset)
    .map(({ message }) => message);
}

/**
 * So many of the found messages at most, oldest first, without a gap in any partition: where one has to go, so do all that
 * come after it in its partition (before it, where the newest are wanted), and its span ends there. A record
 * whose clock was wrong stands by the times around it in its partition: cut for its own, it would hide all the others there.
 */
export function pageOf(found: readonly Message[], spans: Spans, limit: number, end: 'first' | 'newest'): Page {
  const sorted = inOrder(found);
  const kept = end === 'first' ? sorted.slice(0, limit) : sorted.slice(-limit);
  const cut = end === 'first' ? sorted.slice(limit) : sorted.slice(0, -limit);
  const shown = new Map(spans);
  for (const { partition, offset } of cut) {
    const span = shown.get(partition);
    if (!span) continue;
    shown.set(partition, {
      ...span,
      ...(end === 'first' ? { to: Math.min(span.to, offset) } : { from: Math.max(span.from, offset + 1) }),
    });
  }
  const isShown = ({ partition, offset }: Message) => {
    const span = shown.get(partition);
    return span !== undefined && offset >= span.from && offset < span.to;
  };
  return {
    messages: kept.filter(isShown),
    spans: [...shown.values()].sort((a, b) => a.partition - b.partition),
  };
}
