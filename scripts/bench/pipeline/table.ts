/** The tables of the pipeline's benchmark, as they stand in the README. */
import { middle } from '../runs.ts';
import { processes } from './cost.ts';
import { type Intake, type IntakePair, loads, type Way } from './intakeRate.ts';
import type { Result } from './measure.ts';
import type { Row } from './rows.ts';
import type { Yardstick } from './yardstick.ts';

/** One row in one run, and the sketch right before it. */
export type Pair = Readonly<{ result: Result; sketch: Yardstick }>;

const total = (values: Readonly<Record<string, number>>): number =>
  Object.values(values).reduce((sum, value) => sum + value, 0);

/** Orders per CPU second of all processes. */
const perCpuSecond = ({ cpuSecondsPer1000 }: Pick<Yardstick, 'cpuSecondsPer1000'>): number =>
  1000 / total(cpuSecondsPer1000);

/** What the cells of `line` are, in their order. */
export const head = [
  'row',
  'orders',
  'orders/s, all of it arrived',
  'of the sketch',
  'orders per CPU s',
  'of the sketch',
  'due moment to transition p50 / p99 / max, ms',
  'order to its answer, the same, ms',
  `CPU s per 1,000 orders: ${processes.join(' / ')}`,
  'resident MB, the same',
];

/** @param pairs the row's runs */
export function line(row: Row, pairs: readonly Pair[]): string[] {
  const over = (value: (pair: Pair) => number, digits: number) => middle(pairs.map(value), digits);
  const three = (of: (pair: Pair) => Result['lateness']) =>
    (['p50', 'p99', 'max'] as const).map((name) => over((pair) => of(pair)[name], 0)).join(' / ');
  const each = (of: (pair: Pair) => Readonly<Record<string, number>>, digits: number) =>
    processes.map((name) => over((pair) => of(pair)[name] ?? 0, digits)).join(' / ');
  return [
    row.name,
    String(row.orders),
    over((pair) => pair.result.perSecond, 0),
    // Of a rate by the clock, a ratio to what runs as fast as it can says nothing.
    row.rate ? '' : over((pair) => pair.result.perSecond / pair.sketch.perSecond, 2),
    over((pair) => perCpuSecond(pair.result), 0),
    over((pair) => perCpuSecond(pair.result) / perCpuSecond(pair.sketch), 2),
    row.wait ? three((pair) => pair.result.lateness) : '',
    three((pair) => pair.result.intake),
    each((pair) => pair.result.cpuSecondsPer1000, 2),
    each((pair) => pair.result.residentMegabytes, 0),
  ];
}

/** What the sketch did itself, over all runs. */
export const sketchLine = (pairs: readonly Pair[]): string =>
  `The sketch: ${middle(
    pairs.map(({ sketch }) => sketch.perSecond),
    0,
  )} orders/s, ${middle(
    pairs.map(({ sketch }) => perCpuSecond(sketch)),
    0,
  )} orders per CPU s.`;

/** What the cells of `intakeLine` are, in their order. */
export const intakeHead = [
  'row',
  'orders',
  'orders/s',
  'of a bare server',
  'order to its answer p50 / p99, ms',
  "CPU s per 1,000 orders, the gateway's alone",
  'of a bare server',
  'resident MB',
];

/** @param pairs of one way, at least one */
export function intakeLine(way: Way, pairs: readonly IntakePair[]): string[] {
  const over = (value: (intake: Intake) => number, digits: number) =>
    middle(
      pairs.map(({ gateway }) => value(gateway)),
      digits,
    );
  const ratio = (value: (intake: Intake) => number) =>
    middle(
      pairs.map(({ gateway, bare }) => value(gateway) / value(bare)),
      2,
    );
  return [
    `e ${way === 'unary' ? 'a call each' : 'by stream'}`,
    String(loads[way].orders),
    over(({ perSecond }) => perSecond, 0),
    ratio(({ perSecond }) => perSecond),
    `${over(({ p50Milliseconds }) => p50Milliseconds, 0)} / ${over(({ p99Milliseconds }) => p99Milliseconds, 0)}`,
    over(({ cpuSecondsPer1000 }) => cpuSecondsPer1000, 3),
    ratio(({ cpuSecondsPer1000 }) => cpuSecondsPer1000),
    over(({ residentMegabytes }) => residentMegabytes, 0),
  ];
}
