// Draws the plots of the load report in the browser. `uPlot` and the data are in the page itself.
/* global uPlot, document, window, matchMedia, getComputedStyle */
const report = JSON.parse(document.getElementById('data').textContent);
const { histogram } = report;
// Answers that came in a last second that was not whole would look like a collapse.
const perSecond = report.perSecond.slice(0, Math.max(1, Math.floor(report.seconds)));
const seconds = perSecond.map(({ second }) => second);
const column = (read) => perSecond.map((row) => read(row) ?? null);

const number = (value) => (value == null ? '–' : value.toLocaleString('en', { maximumFractionDigits: 2 }));
const milliseconds = (value) => (value == null ? '–' : `${number(value)} ms`);
const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const compact = (value) => (value == null ? '' : Intl.NumberFormat('en', { notation: 'compact' }).format(value));

const line = (label, stroke, more = {}) => ({
  label,
  stroke: color(stroke),
  width: 2,
  points: { show: perSecond.length < 4 },
  value: (_plot, value) => number(value),
  ...more,
});
const bars = (label, paint) => ({
  ...line(label, paint),
  width: 0,
  fill: color(paint),
  points: { show: false },
  paths: uPlot.paths.bars({ size: [0.8, 60] }),
});
const axis = (label, more = {}) => ({
  label,
  labelSize: 22,
  stroke: color('soft'),
  grid: { stroke: color('line'), width: 1 },
  ticks: { stroke: color('line') },
  ...more,
});
const time = {
  label: 'second',
  value: (_plot, value) => (value == null ? '–' : `${value}–${value + 1} s`),
};
const wholeSeconds = [1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600];
const overTime = (unit, more = {}) => [
  axis('seconds from the start', { incrs: wholeSeconds }),
  axis(unit, { size: 64, ...more }),
];
const powersOfTen = (_plot, values) => values.map((value) => (Number.isInteger(Math.log10(value)) ? value : null));
const waits = (_plot, value) => milliseconds(value);

/** Each plot: where it goes, and what uPlot needs to draw it in the colours of the moment. */
const plots = {
  rates: () => ({
    data: [seconds, column((row) => row.planned), column((row) => row.sent), column((row) => row.acknowledged)],
    scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(high, 1) * 1.05] } },
    series: [
      time,
      line('offered', 'soft', { width: 5, alpha: 0.45 }),
      line('sent', 'blue'),
      line('acknowledged', 'green', { dash: [6, 4] }),
    ],
    axes: overTime('orders per second', { values: (_plot, values) => values.map(compact) }),
  }),
  waits: () => ({
    data: [
      seconds,
      column((row) => row.fromIntended?.p50),
      column((row) => row.fromIntended?.p99),
      column((row) => row.fromIntended?.p999),
      column((row) => row.lag?.p99),
    ],
    scales: { x: { time: false }, y: { distr: 3 } },
    series: [
      time,
      line('p50', 'green', { value: waits }),
      line('p99', 'blue', { value: waits }),
      line('p99.9', 'orange', { value: waits }),
      line('scheduler lag p99', 'soft', { value: waits, dash: [4, 4], width: 1.5 }),
    ],
    axes: overTime('ms', {
      values: (_plot, values) => values.map(compact),
      grid: { stroke: color('line'), width: 1, filter: powersOfTen },
      ticks: { stroke: color('line'), filter: powersOfTen },
    }),
  }),
  histogram: () => ({
    data: [histogram.map((_row, index) => index), histogram.map(({ orders }) => orders)],
    scales: {
      x: { time: false, range: [-0.6, histogram.length - 0.4] },
      y: { range: (_plot, _low, high) => [0, Math.max(high, 1) * 1.05] },
    },
    series: [
      {
        label: 'took',
        value: (_plot, index) => (index == null ? '–' : `up to ${milliseconds(histogram[index].upTo)}`),
      },
      bars('orders', 'blue'),
    ],
    axes: [
      axis('ms from the intended moment', {
        incrs: [1, 2, 5, 10],
        space: 56,
        values: (_plot, indices) => indices.map((index) => compact(histogram[index]?.upTo)),
      }),
      axis('orders', { size: 64, values: (_plot, values) => values.map(compact) }),
    ],
  }),
  errors: () => ({
    data: [seconds, column((row) => row.failed + row.notSent), column((row) => row.notSent)],
    scales: { x: { time: false }, y: { range: (_plot, _low, high) => [0, Math.max(high, 1) * 1.05] } },
    series: [time, bars('failed or not sent', 'red'), bars('of these not sent', 'orange')],
    axes: overTime('orders per second', { values: (_plot, values) => values.map(compact) }),
  }),
};

const height = () => (window.innerWidth < 600 ? 260 : 320);
let drawn = [];

function draw() {
  for (const plot of drawn) plot.destroy();
  drawn = [...document.querySelectorAll('.plot')].map((place) => {
    const { data, ...options } = plots[place.id]();
    const cursor = { sync: place.id === 'histogram' ? undefined : { key: 'time' } };
    return new uPlot({ ...options, cursor, width: place.clientWidth, height: height() }, data, place);
  });
}

draw();
matchMedia('(prefers-color-scheme: dark)').addEventListener('change', draw);
window.addEventListener('resize', () => {
  for (const plot of drawn) plot.setSize({ width: plot.root.parentElement.clientWidth, height: height() });
});
