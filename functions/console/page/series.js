/** Reads the tables of a panel as series over one axis. Knows nothing of the page, so that it can be tried without. */

export const isFigure = ({ kind }) => kind === 'count' || kind === 'measure';

/** Whether a cell tells of something that happened. */
export const says = ({ kind }, value) => value !== null && (kind !== 'count' || value > 0);

/** One series for each figure of each group; groups of which nothing is told are left out. */
function linesOf({ columns, rows }) {
  const across = columns.findIndex(isFigure) - 1;
  const figures = columns.slice(across + 1);
  const lines = new Map();
  for (const row of rows) {
    const group = across > 0 ? row[0] : undefined;
    for (const [index, column] of figures.entries()) {
      const label = [group, (across === 0 || figures.length > 1) && column.label].filter(Boolean).join(' · ');
      if (!lines.has(label)) lines.set(label, { label, group, family: columns[0].label, column, cells: new Map() });
      lines.get(label).cells.set(row[across], row[across + 1 + index]);
    }
  }
  const told = ({ column, cells }) => [...cells.values()].some((value) => says(column, value));
  return [...lines.values()].filter((line) => line.group === undefined || told(line));
}

/**
 * @returns the places on the axis in their order, and the series with a value for each of them.
 *   Series of one `family` are groups of the same kind.
 */
export function seriesOf({ tables }) {
  const lines = tables.flatMap(linesOf);
  const xs = [...new Set(lines.flatMap(({ cells }) => [...cells.keys()]))];
  if (xs.every((x) => typeof x === 'number')) xs.sort((one, other) => one - other);
  const series = lines.map(({ cells, ...line }) => ({ ...line, values: xs.map((x) => cells.get(x) ?? null) }));
  return { xs, series };
}

export const isEmpty = ({ series }) =>
  !series.some(({ column, values }) => values.some((value) => says(column, value)));

/** Each series on top of those that follow it: drawn in their order, none hides another. */
export const stacked = (series) =>
  series.map((_, index) =>
    series[index].values.map((_, at) => series.slice(index).reduce((sum, { values }) => sum + (values[at] ?? 0), 0)),
  );

/** Between runs that lie further apart a line would tell of what never happened. */
const longestGap = 12;

/** Short gaps as undefined, which a line goes on over; the others stay null, where it ends. */
export const bridged = (values) =>
  values.map((value, at) => {
    const before = values.findLastIndex((one, index) => index <= at && one !== null);
    const after = values.findIndex((one, index) => index >= at && one !== null);
    return value ?? (before !== -1 && after !== -1 && after - before <= longestGap ? undefined : null);
  });

/** The highest value of a series, null where it has none. */
export const highest = ({ values }) =>
  values.reduce((most, value) => (value !== null && (most === null || value > most) ? value : most), null);
