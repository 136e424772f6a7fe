/** Lines over the last minutes, or over the seconds of a run. */
import { axis, color, compact, type Ink, keepDrawn, timeSteps, tint } from '../../pages/browser/plots.ts';
import { h } from './dom.ts';
import { language, number, time, words } from './words.ts';

/** Points of a plot: the server keeps as many. */
const mostPoints = 600;

const sinceStart = (seconds: number): string => `${number(seconds, 1)} s`;
const clock = (seconds: number): string => time(seconds * 1000);

/** `digits` are shown in the legend after the decimal point, at most: 1 unless given. `fill` fills down to 0. */
export type Series<P> = Readonly<{
  label: string;
  color: Ink;
  read(point: P): number | null | undefined;
  digits?: number;
  fill?: boolean;
}>;

/** `add` ignores a point before `open`, or one that is no newer than the last, and drops the oldest above 600. */
export type Plot<P> = Readonly<{
  element: HTMLElement;
  /** Once the element is in the page. */
  open(history: readonly P[]): void;
  add(point: P): void;
  end(): void;
}>;

function optionsOf<P>(series: readonly Series<P>[], seconds: boolean) {
  const name = seconds ? sinceStart : clock;
  const line = ({ label, color: ink, digits = 1, fill }: Series<P>) => ({
    label,
    stroke: color(ink),
    width: 2,
    points: { show: false },
    ...(fill && { fill: tint(ink, 18) }),
    value: (_plot: unknown, value: number | null) => number(value, digits),
  });
  return {
    cursor: { sync: { key: seconds ? 'second' : 'time' }, drag: { x: false, y: false } },
    legend: { live: true },
    scales: {
      x: { time: !seconds },
      y: {
        range: (_plot: unknown, _low: number, high: number): [number, number] => [0, Math.max(high ?? 0, 1) * 1.08],
      },
    },
    series: [
      {
        label: seconds ? words.second : words.time,
        value: (_plot: unknown, value: number | null) => (value === null ? '–' : name(value)),
      },
      ...series.map(line),
    ],
    axes: [
      axis({
        values: (_plot, values) => values.map(name),
        space: 80,
        ...(!seconds && { incrs: timeSteps }),
      }),
      axis({ size: 64, values: (_plot, values) => values.map((value) => compact(value, language)) }),
    ],
  };
}

/**
 * @param label what it shows, for those who cannot see it
 * @param seconds whether the points' `at` counts seconds from a start; else it is a moment in ms
 */
export function plot<P extends { readonly at: number }>(
  label: string,
  series: readonly Series<P>[],
  { seconds = false } = {},
): Plot<P> {
  const unit = seconds ? 1 : 1000;
  const points: P[] = [];
  const element = h('div', { class: 'plot', role: 'img', 'aria-label': label });
  const drawing = keepDrawn(
    element,
    () => 220,
    () => optionsOf(series, seconds),
    () => [points.map(({ at }) => at / unit), ...series.map(({ read }) => points.map((one) => read(one) ?? null))],
  );
  let open = false;
  return {
    element,
    open(history) {
      points.push(...history);
      drawing.draw();
      open = true;
    },
    add(point) {
      if (!open || point.at <= (points.at(-1)?.at ?? 0)) return;
      points.push(point);
      if (points.length > mostPoints) points.shift();
      drawing.update();
    },
    end: drawing.end,
  };
}
