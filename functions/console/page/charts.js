/** The charts of the dashboards: lines, stacked areas and stacked bars over time, and histograms. */
import { h } from './dom.js';
import { axis, color } from './plots.js';
import { bridged, highest, stacked } from './series.js';
import uPlot from './uPlot.js';
import { figure, language, say, words } from './words.js';

const height = 220;
const day = 86_400_000;

const bars = uPlot.paths.bars({ size: [0.86, 48], align: 1 });

/** Moments as finely as the intervals want it. */
function clock({ from, to, step }) {
  const days = to - from > 1.5 * day && { day: 'numeric', month: 'short' };
  const seconds = step < 60_000 && { second: '2-digit' };
  const format = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', ...seconds, ...days };
  const { format: tell } = new Intl.DateTimeFormat(language, format);
  return (seconds) => tell(seconds * 1000);
}

const units = { h: 3_600_000, min: 60_000, s: 1000 };
/** How long an interval is. */
function every(step) {
  const [unit, milliseconds] = Object.entries(units).find(([, length]) => step % length === 0);
  return say(words.every, `${step / milliseconds} ${unit}`);
}

const isTime = ({ kind }) => kind === 'time';

/** Bars begin at their place, so the axis goes on for one more. */
function extent({ xs, across, from, to }) {
  if (isTime(across)) return [from / 1000, to / 1000];
  const width = xs.slice(1).reduce((least, x, index) => Math.min(least, x - xs[index]), Number.POSITIVE_INFINITY);
  return [xs[0], xs.at(-1) + (Number.isFinite(width) ? width : 1)];
}

/** Room above the highest value, and below 0 only where something is below 0. */
const reach = (_plot, low, high) => [Math.min(0, (low ?? 0) * 1.08), Math.max(0, (high ?? 0) * 1.08) || 1];

const areIntegers = (series) => series.every(({ values }) => values.every((value) => Number.isInteger(value ?? 0)));
const integers = Array.from({ length: 12 }, (_, power) => [1, 2, 5].map((times) => times * 10 ** power)).flat();

const most = (one) => say(words.most, figure(highest(one), one.column.unit));

/** What is drawn of one series; points are seen where a line would be too short. */
function drawing(shown, index, shape) {
  const { label, color: name, values } = shown.series[index];
  const few = values.filter((value) => value !== null).length < 12;
  const filled = `color-mix(in srgb, ${color(name)} ${shape === 'bar' ? 80 : 45}%, ${color('card')})`;
  return {
    label,
    stroke: shape === 'bar' ? filled : color(name),
    width: shape === 'bar' ? 0 : 2,
    points: { show: shape === 'line' && few, size: 6, fill: color(name) },
    ...(shape !== 'line' && { fill: filled }),
    ...(shape === 'bar' && { paths: bars }),
    value(_plot, _value, _series, at) {
      const one = shown.series[index];
      return at === null ? most(one) : figure(one.values[at], one.column.unit);
    },
  };
}

/** Reads what is shown each time anew, so that it can change under a drawing. */
function optionsOf(shown, shape, width) {
  const { series, across } = shown;
  const time = isTime(across);
  const { unit } = series[0].column;
  const place = (x) => (time ? clock(shown)(x) : figure(x));
  return {
    width,
    height,
    // The last place on the axis can be at its very end.
    padding: [null, 34, null, null],
    cursor: { drag: { x: false, y: false }, ...(time && { sync: { key: 'dashboard' } }) },
    scales: { x: { time, range: () => extent(shown) }, y: { range: reach } },
    series: [
      {
        label: time ? words.time : across.label,
        value: (_plot, x) => (x !== null ? place(x) : time ? every(shown.step) : ''),
      },
      ...series.map((_, index) => drawing(shown, index, shape)),
    ],
    axes: [
      axis({ size: 34, values: (_plot, values) => values.map(place), space: 90 }),
      axis({
        size: 68,
        ...(areIntegers(series) && { incrs: integers }),
        values: (_plot, values) => values.map((value) => figure(value, unit)),
      }),
    ],
  };
}

/** What a drawing must be made anew for. */
const sketch = ({ series }) => JSON.stringify([areIntegers(series), series.map(({ label }) => label)]);

/**
 * @param shape 'line', 'area' or 'bar'
 * @returns its element; `take` draws `{ title, across, xs, series, from, to, step }`, each series with a color
 */
export function chart(shape) {
  const element = h('div', { class: 'plot', role: 'img' });
  const shown = { series: [] };
  let drawn;

  const data = () => [
    isTime(shown.across) ? shown.xs.map((x) => x / 1000) : shown.xs,
    ...(shape === 'line' ? shown.series.map(({ values }) => bridged(values)) : stacked(shown.series)),
  ];
  const redraw = () => {
    drawn?.destroy();
    drawn = new uPlot(optionsOf(shown, shape, element.clientWidth || 300), data(), element);
  };
  const recolor = () => drawn && redraw();
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', recolor);
  const watch = new ResizeObserver(() => drawn?.setSize({ width: element.clientWidth, height }));
  watch.observe(element);

  return {
    element,
    take(next) {
      const same = drawn && sketch(shown) === sketch(next);
      Object.assign(shown, next);
      const figures = shown.series.map((one) => `${one.label} ${most(one)}`);
      element.setAttribute('aria-label', `${shown.title}: ${figures.join(', ')}`);
      if (same) drawn.setData(data());
      else redraw();
    },
    end() {
      scheme.removeEventListener('change', recolor);
      watch.disconnect();
      drawn?.destroy();
    },
  };
}
