/** Reads the tables of a panel as series over one axis. Knows nothing of the page, so that it can be tried without. */
import type { Cell, Column, Panel, Table } from '../drawnDashboard.ts';

/** A figure of a group along the axis. `values` has one for each of `xs` in `Read`, null where nothing was measured. */
export type Series = Readonly<{
  label: string;
  /** Of the same `family` are groups of the same kind. */
  group: Cell | undefined;
  family: string;
  column: Column;
  values: readonly (number | null)[];
}>;
/** `xs` ascend where all are numbers; otherwise they are in the order in which the tables name them. */
export type Read = Readonly<{ xs: readonly Cell[]; series: readonly Series[] }>;

/** Whether a column holds what was counted or measured, not what it is grouped by. */
export const isFigure = ({ kind }: Column): boolean => kind === 'count' || kind === 'measure';

/** Whether a cell tells of something that happened. */
export const says = ({ kind }: Column, value: Cell | undefined): boolean =>
  value !== null && value !== undefined && (kind !== 'count' || Number(value) > 0);

type Line = Omit<Series, 'values'> & { readonly cells: Map<Cell, number | null> };

/** One series for each figure of each group; groups of which nothing is told are left out. */
function linesOf({ columns, rows }: Table): Line[] {
  const across = columns.findIndex(isFigure) - 1;
  const figures = columns.slice(across + 1);
  const family = columns[0]?.label ?? '';
  const lines = new Map<string, Line>();
  for (const row of rows) {
    const group = across > 0 ? row[0] : undefined;
    for (const [index, column] of figures.entries()) {
      const label = [group, (across === 0 || figures.length > 1) && column.label].filter(Boolean).join(' · ');
      const line = lines.get(label) ?? { label, group, family, column, cells: new Map() };
      lines.set(label, line);
      const value = row[across + 1 + index];
      line.cells.set(row[across] ?? null, typeof value === 'number' ? value : null);
    }
  }
  const told = ({ column, cells }: Line) => [...cells.values()].some((value) => says(column, value));
  return [...lines.values()].filter((line) => line.group === undefined || told(line));
}

const isNumber = (x: Cell): x is number => typeof x === 'number';

/** The places on the axis in their order, and the series with a value for each of them. */
export function seriesOf({ tables }: Pick<Panel, 'tables'>): Read {
  const lines = tables.flatMap(linesOf);
  const found = [...new Set(lines.flatMap(({ cells }) => [...cells.keys()]))];
  const xs = found.every(isNumber) ? found.sort((one, other) => one - other) : found;
  const series = lines.map(({ cells, ...line }) => ({ ...line, values: xs.map((x) => cells.get(x) ?? null) }));
  return { xs, series };
}

/** True where nothing happened: every count is 0 or null, and every measure null. */
export const isEmpty = ({ series }: Read): boolean =>
  !series.some(({ column, values }) => values.some((value) => says(column, value)));

type Values = Pick<Series, 'values'>;

/** Each series on top of those before it, as Kibana stacks them. */
export const stacked = (series: readonly Values[]): number[][] =>
  series.map(({ values }, index) =>
    values.map((_, at) => series.slice(0, index + 1).reduce((sum, one) => sum + (one.values[at] ?? 0), 0)),
  );

/** Where a value stands between two pauses, so that no line goes to it. */
export const isolated = (values: readonly (number | null | undefined)[]): number[] =>
  [...values.keys()].filter(
    (at) => [values[at - 1], values[at + 1]].every((one) => (one ?? null) === null) && (values[at] ?? null) !== null,
  );

/** The highest value of a series, null where it has none. */
export const highest = ({ values }: Values): number | null =>
  values.reduce<number | null>(
    (most, value) => (value !== null && (most === null || value > most) ? value : most),
    null,
  );
