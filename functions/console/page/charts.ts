/** The charts of the dashboards: lines, stacked areas and stacked bars over time, and histograms. */
import uPlot from 'uplot';
import { axis, color, type Ink, keepDrawn, reach, timeSteps, tint } from '../../pages/browser/plots.ts';
import type { Cell, Column, Dashboard } from '../drawnDashboard.ts';
import { h } from './dom.ts';
import { highest, isolated, type Series, stacked } from './series.ts';
import { figure, inFormat, say, words } from './words.ts';

/** Areas and bars are stacked, lines are not. */
export type Shape = 'line' | 'area' | 'bar';
/** The colour of a group is the same in every panel of the dashboard. */
export type Painted = Series & Readonly<{ color: Ink }>;
/** From when to when (ms since 1970), and how wide an interval is (ms). */
export type Span = Pick<Dashboard, 'from' | 'to' | 'step'>;
/** What a chart draws. Where `across` is a time, `xs` are ms since 1970; else they are the figures themselves. */
export type Shown = Span & Readonly<{ title: string; across: Column; xs: readonly Cell[]; series: readonly Painted[] }>;

const height = 220;
const day = 86_400_000;

const bars = uPlot.paths.bars?.({ size: [0.86, 48], align: 1 });

/** A moment as finely as the axis wants it. @param step ms from one to the next */
const clock = (seconds: number, { from, to }: Span, step: number): string =>
  inFormat(seconds * 1000, {
    hour: '2-digit',
    minute: '2-digit',
    ...(step < 60_000 && { second: '2-digit' }),
    ...(to - from > 1.5 * day && { day: 'numeric', month: 'short' }),
  });

const units = { h: 3_600_000, min: 60_000, s: 1000 };
function every(step: number): string {
  const [unit, milliseconds] = Object.entries(units).find(([, length]) => step % length === 0) ?? ['ms', 1];
  return say(words.every, `${step / milliseconds} ${unit}`);
}

const isTime = ({ across }: Shown): boolean => across.kind === 'time';
const placesOf = ({ xs }: Shown): number[] => xs.map(Number);

/** Bars begin at their place, so the axis goes on for one more. */
function extent(shown: Shown): [number, number] {
  if (isTime(shown)) return [shown.from / 1000, shown.to / 1000];
  const xs = placesOf(shown);
  const width = Math.min(...xs.slice(1).map((x, index) => x - (xs[index] ?? x)));
  return [xs[0] ?? 0, (xs.at(-1) ?? 0) + (Number.isFinite(width) ? width : 1)];
}

const areIntegers = ({ series }: Shown): boolean =>
  series.every(({ values }) => values.every((value) => Number.isInteger(value ?? 0)));
const integers = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((times) => times * 10 ** power)).flat();

const most = (one: Painted): string => say(words.most, figure(highest(one), one.column.unit));

/** What is drawn of one series. @param now what is shown when it is asked */
function seriesDrawing(now: () => Shown, index: number, { label, color: ink }: Painted, shape: Shape): uPlot.Series {
  const filled = tint(ink, shape === 'bar' ? 80 : 45, color('card'));
  return {
    label,
    stroke: shape === 'bar' ? filled : color(ink),
    width: shape === 'bar' ? 0 : 2,
    points:
      shape === 'line'
        ? {
            show: true,
            size: 5,
            fill: color(ink),
            filter: (plot, series) => isolated(plot.data[series] as Series['values']),
          }
        : { show: false },
    ...(shape !== 'line' && { fill: filled }),
    ...(shape === 'bar' && bars && { paths: bars }),
    value(_plot, _value, _series, at) {
      const one = now().series[index];
      if (!one) return '–';
      return at === null ? most(one) : figure(one.values[at], one.column.unit);
    },
  };
}

/** Reads what is shown each time anew, so that it can change under a drawing. */
function optionsOf(now: () => Shown, shape: Shape): Omit<uPlot.Options, 'width' | 'height'> {
  const { series, across } = now();
  const time = isTime(now());
  const unit = series[0]?.column.unit;
  const place = (x: number, step = now().step) => (time ? clock(x, now(), step) : figure(x));
  return {
    // The last place on the axis can be at its very end.
    padding: [null, 34, null, null],
    cursor: { drag: { x: false, y: false }, ...(time && { sync: { key: 'dashboard' } }) },
    scales: { x: { time, range: () => extent(now()) }, y: { range: reach } },
    series: [
      {
        label: time ? words.time : across.label,
        value: (_plot, x) => (x !== null ? place(x) : time ? every(now().step) : ''),
      },
      ...series.map((one, index) => seriesDrawing(now, index, one, shape)),
    ],
    // What lies on another series is filled down to it, and no further.
    ...(shape !== 'line' && {
      bands: series.slice(1).map((_, index) => ({ series: [index + 2, index + 1] as [number, number] })),
    }),
    axes: [
      axis({
        size: 34,
        space: 70,
        ...(time && { incrs: timeSteps }),
        values: (...[, values, , , step]) => values.map((x) => place(x, step * 1000)),
      }),
      axis({
        size: 68,
        ...(areIntegers(now()) && { incrs: integers }),
        values: (_plot, values) => values.map((value) => figure(value, unit)),
      }),
    ],
  };
}

/** What a drawing must be made anew for. */
const sketch = (shown: Shown): string => JSON.stringify([areIntegers(shown), shown.series.map(({ label }) => label)]);

/**
 * Draws nothing before the first `take`. Later ones only change the data, unless the names of the series or the kind of
 * their figures (whole or not) change.
 */
export function chart(shape: Shape) {
  const element = h('div', { class: 'plot', role: 'img' });
  let shown: Shown | undefined;
  const now = (): Shown => {
    if (!shown) throw new Error('nothing is shown yet');
    return shown;
  };
  const drawing = keepDrawn(
    element,
    () => height,
    () => optionsOf(now, shape),
    () => [
      isTime(now()) ? placesOf(now()).map((x) => x / 1000) : placesOf(now()),
      ...(shape === 'line' ? now().series.map(({ values }) => [...values]) : stacked(now().series)),
    ],
  );
  return {
    element,
    take(next: Shown) {
      const same = shown !== undefined && sketch(shown) === sketch(next);
      shown = next;
      const figures = shown.series.map((one) => `${one.label} ${most(one)}`);
      element.setAttribute('aria-label', `${shown.title}: ${figures.join(', ')}`);
      if (same) drawing.update();
      else drawing.draw();
    },
    end: drawing.end,
  };
}
