/** Lines over the last minutes, in the colours of the moment. */

import { h } from './dom.js';
import uPlot from './uPlot.js';
import { language, number, words } from './words.js';

/** Points of a plot: the server keeps as many. */
const mostPoints = 600;

export const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
const compact = (value) => (value === null ? '' : Intl.NumberFormat(language, { notation: 'compact' }).format(value));
const clock = (seconds) => new Date(seconds * 1000).toLocaleTimeString(language, { hourCycle: 'h23' });
const sinceStart = (seconds) => `${number(seconds, 1)} s`;

export const axis = (more = {}) => ({
  stroke: color('soft'),
  grid: { stroke: color('line'), width: 1 },
  ticks: { stroke: color('line'), width: 1 },
  font: '12px system-ui, sans-serif',
  ...more,
});

/**
 * A plot of some series over time.
 * @param label what it shows, for those who cannot see it
 * @param series each `{ label, color, read(point), digits?, fill? }`
 * @param more.seconds the points' `at` counts seconds from a start; else it is a moment in ms
 */
export function plot(label, series, { seconds = false } = {}) {
  const [unit, name] = seconds ? [1, sinceStart] : [1000, clock];
  const points = [];
  const element = h('div', { class: 'plot', role: 'img', 'aria-label': label });
  let drawn;

  const data = () => [
    points.map(({ at }) => at / unit),
    ...series.map(({ read }) => points.map((one) => read(one) ?? null)),
  ];
  const line = ({ label, color: name, digits = 1, fill }) => ({
    label,
    stroke: color(name),
    width: 2,
    points: { show: false },
    ...(fill && { fill: `color-mix(in srgb, ${color(name)} 18%, transparent)` }),
    value: (_plot, value) => number(value, digits),
  });

  const options = () => ({
    width: element.clientWidth || 300,
    height: 220,
    cursor: { sync: { key: seconds ? 'second' : 'time' }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: { x: { time: !seconds }, y: { range: (_plot, _low, high) => [0, Math.max(high ?? 0, 1) * 1.08] } },
    series: [
      { label: seconds ? words.second : words.time, value: (_plot, value) => (value === null ? '–' : name(value)) },
      ...series.map(line),
    ],
    axes: [
      axis({ values: (_plot, values) => values.map(name), space: 80 }),
      axis({ size: 64, values: (_plot, values) => values.map(compact) }),
    ],
  });

  const draw = () => {
    drawn?.destroy();
    drawn = new uPlot(options(), data(), element);
  };
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', draw);
  const watch = new ResizeObserver(() => drawn?.setSize({ width: element.clientWidth, height: 220 }));

  return {
    element,
    /** Once the element is in the page. */
    open(history) {
      points.push(...history);
      draw();
      watch.observe(element);
    },
    add(point) {
      if (!drawn || point.at <= (points.at(-1)?.at ?? 0)) return;
      points.push(point);
      if (points.length > mostPoints) points.shift();
      drawn.setData(data());
    },
    end() {
      scheme.removeEventListener('change', draw);
      watch.disconnect();
      drawn?.destroy();
    },
  };
}
