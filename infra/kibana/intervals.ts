/** Widths of intervals that people read easily, as few as a chart has room for. */

const second = 1000;
const minute = 60 * second;
const hour = 60 * minute;
const steps = [
  ...[1, 2, 5, 10, 15, 30].map((count) => count * second),
  ...[1, 2, 5, 10, 15, 30].map((count) => count * minute),
  ...[1, 3, 6, 12, 24].map((count) => count * hour),
];
const mostIntervals = 60;
/** Of a histogram, here and in Kibana. */
export const mostBars = 20;

/**
 * What a time is cut into, each interval at a round moment.
 * @param first @param last in ms since 1970
 * @param least ms of the narrowest interval in which there is something to draw
 */
export function intervals(first: number, last: number, least: number): { from: number; to: number; step: number } {
  const step = steps.find((one) => one >= least && last - first <= mostIntervals * one) ?? 24 * hour;
  return { from: Math.floor(first / step) * step, to: (Math.floor(last / step) + 1) * step, step };
}

/** The width of a histogram's bars: 1, 2 or 5 times a power of 10. */
export function barWidth(lowest: number, highest: number): number {
  const least = (highest - lowest) / mostBars;
  if (!(least > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((times) => times * power >= least) ?? 10);
}
