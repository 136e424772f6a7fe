/** Draws the plots of the load report in the browser, from the figures that stand in the page itself. */
import uPlot from 'uplot';
import {
  axis,
  color,
  type Ink,
  compact as inLanguage,
  keepDrawn,
  reach,
} from '../../../functions/pages/browser/plots.ts';
import type { PlotFigures } from '../html.ts';
import type { Second } from '../statistics.ts';

type Options = Omit<uPlot.Options, 'width' | 'height'>;
type Figure = number | null | undefined;
/** What is drawn, read anew for the colours of the moment. */
type Plot = Readonly<{ data: uPlot.AlignedData; options(): Options }>;

const report: PlotFigures = JSON.parse(document.getElementById('data')?.textContent ?? '');
const { histogram } = report;
// Answers that came in a last second that was not whole would look like a collapse.
const perSecond = report.perSecond.slice(0, Math.max(1, Math.floor(report.seconds)));
const seconds = perSecond.map(({ second }) => second);
const column = (read: (row: Second) => Figure) => perSecond.map((row) => read(row) ?? null);

const number = (value: Figure): string => value?.toLocaleString('en', { maximumFractionDigits: 2 }) ?? '–';
const milliseconds = (value: Figure): string => (value == null ? '–' : `${number(value)} ms`);
const compact = (value: Figure): string => inLanguage(value, 'en');
const compacts: uPlot.Axis.DynamicValues = (_plot, values) => values.map(compact);

const line = (label: string, ink: Ink, more: Partial<uPlot.Series> = {}): uPlot.Series => ({
  label,
  stroke: color(ink),
  width: 2,
  points: { show: perSecond.length < 4 },
  value: (_plot, value: Figure) => number(value),
  ...more,
});
const barPaths = uPlot.paths.bars?.({ size: [0.8, 60] });
const bars = (label: string, ink: Ink): uPlot.Series =>
  line(label, ink, { width: 0, fill: color(ink), points: { show: false }, ...(barPaths && { paths: barPaths }) });

const titled = (label: string, more: uPlot.Axis = {}): uPlot.Axis => axis({ label, labelSize: 22, ...more });
const time: uPlot.Series = {
  label: 'second',
  value: (_plot, value: Figure) => (value == null ? '–' : `${value}–${value + 1} s`),
};
const wholeSeconds = [1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600];
const overTime = (unit: string, more: uPlot.Axis = {}): uPlot.Axis[] => [
  titled('seconds from the start', { incrs: wholeSeconds }),
  titled(unit, { size: 64, values: compacts, ...more }),
];
const powersOfTen: uPlot.Axis.Filter = (_plot, values) =>
  values.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
const waits = (_plot: uPlot, value: Figure): string => milliseconds(value);
const cursor: uPlot.Cursor = { sync: { key: 'time' } };

const rates: Plot = {
  data: [seconds, column((row) => row.planned), column((row) => row.sent), column((row) => row.acknowledged)],
  options: () => ({
    cursor,
    scales: { x: { time: false }, y: { range: reach } },
    series: [
      time,
      line('offered', 'soft', { width: 5, alpha: 0.45 }),
      line('sent', 'blue'),
      line('acknowledged', 'green', { dash: [6, 4] }),
    ],
    axes: overTime('orders per second'),
  }),
};

const waitsOverTime: Plot = {
  data: [
    seconds,
    column((row) => row.fromIntended?.p50),
    column((row) => row.fromIntended?.p99),
    column((row) => row.fromIntended?.p999),
    column((row) => row.lag?.p99),
  ],
  options: () => ({
    cursor,
    scales: { x: { time: false }, y: { distr: 3 } },
    series: [
      time,
      line('p50', 'green', { value: waits }),
      line('p99', 'blue', { value: waits }),
      line('p99.9', 'orange', { value: waits }),
      line('scheduler lag p99', 'soft', { value: waits, dash: [4, 4], width: 1.5 }),
    ],
    axes: overTime('ms', {
      grid: { stroke: color('line'), width: 1, filter: powersOfTen },
      ticks: { stroke: color('line'), filter: powersOfTen },
    }),
  }),
};

const took: Plot = {
  data: [histogram.map((_row, index) => index), histogram.map(({ orders }) => orders)],
  options: () => ({
    scales: { x: { time: false, range: [-0.6, histogram.length - 0.4] }, y: { range: reach } },
    series: [
      {
        label: 'took',
        value: (_plot, index: Figure) => (index == null ? '–' : `up to ${milliseconds(histogram[index]?.upTo)}`),
      },
      bars('orders', 'blue'),
    ],
    axes: [
      titled('ms from the intended moment', {
        incrs: [1, 2, 5, 10],
        space: 56,
        values: (_plot, indices) => indices.map((index) => compact(histogram[index]?.upTo)),
      }),
      titled('orders', { size: 64, values: compacts }),
    ],
  }),
};

const errors: Plot = {
  data: [seconds, column((row) => row.failed + row.notSent), column((row) => row.notSent)],
  options: () => ({
    cursor,
    scales: { x: { time: false }, y: { range: reach } },
    series: [time, bars('failed or not sent', 'red'), bars('of these not sent', 'orange')],
    axes: overTime('orders per second'),
  }),
};

const height = (): number => (window.innerWidth < 600 ? 260 : 320);

for (const [id, { data, options }] of Object.entries({ rates, waits: waitsOverTime, histogram: took, errors })) {
  const place = document.getElementById(id);
  // Where every order was acknowledged, there is no place for errors.
  if (place) keepDrawn(place, height, options, () => data).draw();
}
