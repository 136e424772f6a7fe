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

/**
 * So many of the found messages at most, oldest first, without a gap in any partition: where one has to go, so do all that
 * come after it in its partition (before it, where the newest are wanted), and its span ends there.
 */
export function pageOf(found: readonly Message[], spans: Spans, limit: number, end: 'first' | 'newest'): Page {
  const sorted = found.toSorted((a, b) => a.timestamp - b.timestamp || a.offset - b.offset);
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
