/** Charts as SVG, drawn once and for all: they need no script, print well and become pictures as they are. */
import { html } from 'hono/html';
import type { Language } from '../../../functions/orders/lifecycle.ts';
import type { Html } from '../../../functions/pages/html.ts';

/** A line: x in seconds since the start of the run, y in the chart's unit; `color` as CSS has it. */
export type Series = Readonly<{ name: string; color: string; points: readonly (readonly [x: number, y: number])[] }>;
/** A stretch of time with a name, shaded behind the lines. */
export type Band = Readonly<{ name: string; from: number; to: number }>;

type LineChart = Readonly<{
  title: string;
  unit: string;
  series: readonly Series[];
  bands: readonly Band[];
  top: number;
  language: Language;
}>;

const width = 300;
const height = 150;
const margin = { left: 44, right: 6, top: 22, bottom: 20 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

const short = (value: number, language: Language): string =>
  value.toLocaleString(language, { notation: 'compact', maximumFractionDigits: 1 });

/** The next of 1, 2, 5, 10 … at or above `value`, so that an axis ends on a round number. */
export function roundUp(value: number): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10) * power;
}

/** A small chart of lines over seconds; `top` is the end of its y axis, so that charts side by side compare. */
export function lineChart({ title, unit, series, bands, top, language }: LineChart): Html {
  const end = Math.max(1, ...bands.map(({ to }) => to));
  const x = (second: number): number => margin.left + (second / end) * inner.width;
  const y = (value: number): number => margin.top + inner.height * (1 - Math.min(value, top) / top);
  const grid = [0, 0.5, 1].map((part) => {
    const at = y(part * top).toFixed(1);
    return html`<path class="grid" d="M${margin.left} ${at}H${width - margin.right}"/><text class="tick" x="${margin.left - 4}" y="${at}" dy=".32em" text-anchor="end">${short(part * top, language)}</text>`;
  });
  const shades = bands.map(({ name, from, to }, index) => {
    const [left, wide] = [x(from), Math.max(0, x(to) - x(from))];
    const label = wide > 34 ? html`<text class="band" x="${left + 3}" y="${margin.top + 9}">${name}</text>` : '';
    return html`<rect class="shade s${index % 2}" x="${left.toFixed(1)}" y="${margin.top}" width="${wide.toFixed(1)}" height="${inner.height}"/>${label}`;
  });
  const lines = series.map(({ name, color, points }) => {
    const path = points.map(([at, value]) => `${x(at).toFixed(1)},${y(value).toFixed(1)}`).join(' ');
    return html`<polyline fill="none" stroke="${color}" stroke-width="1.6" points="${path}"><title>${name}</title></polyline>`;
  });
  const seconds = html`<text class="tick" x="${width - margin.right}" y="${height - 6}" text-anchor="end">${end.toFixed(0)} s</text>`;
  return html`<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}, ${unit}"><text class="title" x="2" y="13">${title} <tspan class="unit">${unit}</tspan></text>${shades}${grid}${lines}${seconds}</svg>`;
}

/** Its parts are drawn from left to right, in their order; `color` as CSS has it. */
type Bar = Readonly<{
  name: string;
  parts: readonly Readonly<{ name: string; color: string; value: number }>[];
}>;

const barHeight = 22;
const nameWidth = 190;
const barWidth = 680;

/** Horizontal bars, each of stacked parts, with its sum behind it. */
export function barChart(title: string, bars: readonly Bar[], format: (value: number) => string): Html {
  const sum = ({ parts }: Bar): number => parts.reduce((total, { value }) => total + value, 0);
  const top = Math.max(...bars.map(sum), Number.MIN_VALUE);
  const scale = (barWidth - nameWidth - 80) / top;
  const rows = bars.map((bar, row) => {
    const y = row * barHeight;
    let x = nameWidth;
    const parts = bar.parts.map(({ name, color, value }) => {
      const part = html`<rect x="${x.toFixed(1)}" y="${y + 3}" width="${(value * scale).toFixed(1)}" height="${barHeight - 7}" fill="${color}"><title>${name}: ${format(value)}</title></rect>`;
      x += value * scale;
      return part;
    });
    const label = html`<text class="name" x="${nameWidth - 6}" y="${y + barHeight / 2}" dy=".3em" text-anchor="end">${bar.name}</text>`;
    const value = html`<text class="name" x="${x + 5}" y="${y + barHeight / 2}" dy=".3em">${format(sum(bar))}</text>`;
    return [label, parts, value];
  });
  return html`<svg class="bars" viewBox="0 0 ${barWidth} ${bars.length * barHeight}" role="img" aria-label="${title}">${rows}</svg>`;
}
