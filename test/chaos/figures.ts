/** What a run of faults cost, by the log alone. */
import type { Event } from '../../functions/orders/records.ts';

/** When a fault was begun and its target worked again (ms since 1970). */
export type Span = Readonly<{ name: string; from: number; to: number }>;

/**
 * Milliseconds. `recovered`: from each fault's end to the next step, and on to the last one that came late before the next
 * fault. A system's clock that was set spoils what lies beside that, since the log's moments are of it.
 */
export type Figures = Readonly<{
  stall: Readonly<{ milliseconds: number; from: number }>;
  recovered: readonly number[];
  median: number;
}>;

/** ms after its moment from which on a step is late. */
const late = 1000;

type Moment = Pick<Event, 'at' | 'due'>;

function recovery(events: readonly Moment[], { to }: Span, next: number): number {
  const after = events.filter(({ at }) => at > to);
  const tardy = after.filter(({ at, due }) => at < next && due && at - due.at > late);
  return (tardy.at(-1) ?? after[0] ?? { at: to }).at - to;
}

/** @param spans in the order of their ends */
export function figuresOf(told: readonly Moment[], spans: readonly Span[]): Figures {
  const events = told.toSorted((a, b) => a.at - b.at);
  const stalls = events.map(({ at }, index) => ({
    milliseconds: at - (events[index - 1]?.at ?? at),
    from: events[index - 1]?.at ?? at,
  }));
  const stall = stalls.reduce((most, one) => (one.milliseconds > most.milliseconds ? one : most), {
    milliseconds: 0,
    from: 0,
  });
  const lateness = events.flatMap(({ at, due }) => (due ? [at - due.at] : [])).sort((a, b) => a - b);
  const recovered = spans.map((span) => {
    const later = spans.filter(({ from }) => from > span.to).map(({ from }) => from);
    return recovery(events, span, Math.min(...later));
  });
  return { stall, recovered, median: lateness[lateness.length >> 1] ?? 0 };
}
