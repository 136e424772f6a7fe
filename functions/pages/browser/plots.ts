/** What every plot has in common: its colours of the moment, its axes, and that it is as wide as its place. */
import uPlot from 'uplot';
import type { State } from '../../orders/lifecycle.ts';
import type { Color } from '../palette.ts';

/** A colour of the palette, or a state's own. */
export type Ink = Color | State;

/** As the style sheet has it now: light and dark differ, so ask at each drawing. '' where it has none of that name. */
export const color = (name: Ink): string =>
  getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();

/** A colour that lets its ground through. @param percent of the colour */
export const tint = (name: Ink, percent: number, ground = 'transparent'): string =>
  `color-mix(in srgb, ${color(name)} ${percent}%, ${ground})`;

/** Short, like 1.2K or 3M in English; '' where there is nothing. */
export const compact = (value: number | null | undefined, language: string): string =>
  value === null || value === undefined ? '' : Intl.NumberFormat(language, { notation: 'compact' }).format(value);

/** In the colours of now. @param more replaces what is set here */
export const axis = (more: uPlot.Axis = {}): uPlot.Axis => ({
  stroke: color('soft'),
  grid: { stroke: color('line'), width: 1 },
  ticks: { stroke: color('line'), width: 1 },
  font: '12px system-ui, sans-serif',
  ...more,
});

/** Room above the highest value, and below 0 only where something is below 0. */
export const reach = (_plot: uPlot, low: number | null, high: number | null): uPlot.Range.MinMax => [
  Math.min(0, (low ?? 0) * 1.08),
  Math.max(0, (high ?? 0) * 1.08) || 1,
];

const steps = (unit: number, counts: readonly number[]): number[] => counts.map((count) => count * unit);

/** Seconds from one mark of a time axis to the next: close enough to each other that several always fit. */
export const timeSteps = [
  ...steps(1, [1, 2, 5, 10, 15, 20, 30]),
  ...steps(60, [1, 2, 3, 5, 10, 15, 20, 30]),
  ...steps(3600, [1, 2, 3, 4, 6, 8, 12]),
  ...steps(86_400, [1, 2, 3, 7, 14, 28]),
];

/** Keeps to its element's width and follows the change between light and dark, until `end`. */
type Drawing = Readonly<{
  /** Draws it anew, with options and data of now. */
  draw(): void;
  /** Shows the data of now; nothing before the first `draw`. */
  update(): void;
  end(): void;
}>;

/** @param options asked whenever it is drawn anew: the first time, and when the colours change */
export function keepDrawn(
  element: HTMLElement,
  height: () => number,
  options: () => Omit<uPlot.Options, 'width' | 'height'>,
  data: () => uPlot.AlignedData,
): Drawing {
  let drawn: uPlot | undefined;
  const draw = () => {
    drawn?.destroy();
    drawn = new uPlot({ ...options(), width: element.clientWidth || 300, height: height() }, data(), element);
  };
  const recolor = () => drawn && draw();
  const scheme = matchMedia('(prefers-color-scheme: dark)');
  scheme.addEventListener('change', recolor);
  const watch = new ResizeObserver(() => drawn?.setSize({ width: element.clientWidth, height: height() }));
  watch.observe(element);
  return {
    draw,
    update: () => drawn?.setData(data()),
    end() {
      scheme.removeEventListener('change', recolor);
      watch.disconnect();
      drawn?.destroy();
    },
  };
}
