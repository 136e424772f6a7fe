import { status } from '@grpc/grpc-js';
import { build, type Histogram } from 'hdr-histogram-js';
import { at } from '../../infra/at.ts';
import type { Outcomes } from './outcomes.ts';

/** All in ms; null when nothing was measured. */
export type Percentiles = Readonly<{
  p50: number;
  p90: number;
  p99: number;
  p999: number;
  max: number;
  mean: number;
}> | null;

/** `lag` is of all orders that were sent, the others of those that were acknowledged. */
export type WaitFigures = Readonly<{
  /** From the intended moment to the sending: how late the scheduler was. */
  lag: Percentiles;
  /** From the sending to the acknowledgement. */
  service: Percentiles;
  /** From the intended moment to the acknowledgement: what a customer would have waited. */
  fromIntended: Percentiles;
}>;

/** How many acknowledged orders took at most `upTo` ms from the intended moment, and more than the row before. */
export type HistogramRow = Readonly<{ upTo: number; orders: number }>;

/** Microseconds, to three digits. */
const newHistogram = (): Histogram => build({ numberOfSignificantValueDigits: 3, autoResize: true });
const record = (histogram: Histogram, ms: number): void => histogram.recordValue(Math.max(0, Math.round(ms * 1_000)));

/** Works out the waits of the orders from index `from` up to, and without, `to`. */
export function waitsOf(moments: Float64Array, outcomes: Outcomes, from = 0, to = moments.length): WaitFigures {
  const lag = newHistogram();
  const service = newHistogram();
  const fromIntended = newHistogram();
  for (let index = from; index < to; index++) {
    const intended = at(moments, index);
    const sent = at(outcomes.sent, index);
    if (Number.isNaN(sent)) continue;
    record(lag, sent - intended);
    if (outcomes.codes[index] !== status.OK) continue;
    const answered = at(outcomes.answered, index);
    record(service, answered - sent);
    record(fromIntended, answered - intended);
  }
  return { lag: percentiles(lag), service: percentiles(service), fromIntended: percentiles(fromIntended) };
}

function percentiles(histogram: Histogram): Percentiles {
  if (histogram.totalCount === 0) return null;
  const max = histogram.maxValue / 1_000;
  // A percentile is its bucket's upper edge, which can lie above the highest value.
  const at = (percent: number): number => Math.min(histogram.getValueAtPercentile(percent) / 1_000, max);
  return {
    p50: at(50),
    p90: at(90),
    p99: at(99),
    p999: at(99.9),
    max,
    mean: histogram.mean / 1_000,
  };
}

/** Ten rows to a power of ten, from the fastest answer to the slowest; none above 0.01 ms is left out. */
export function histogramOf(moments: Float64Array, { answered, codes }: Outcomes): HistogramRow[] {
  const counts = new Map<number, number>();
  moments.forEach((intended, index) => {
    if (codes[index] !== status.OK) return;
    const wait = Math.max(at(answered, index) - intended, 0.01);
    const step = Math.ceil(10 * Math.log10(wait));
    counts.set(step, (counts.get(step) ?? 0) + 1);
  });
  if (counts.size === 0) return [];
  const lowest = Math.min(...counts.keys());
  return Array.from({ length: Math.max(...counts.keys()) - lowest + 1 }, (_, row) => ({
    upTo: 10 ** ((lowest + row) / 10),
    orders: counts.get(lowest + row) ?? 0,
  }));
}
