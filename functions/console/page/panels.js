/** The panels of a dashboard, each drawn as its shape wants it. A panel takes what it shows again and again. */
import { chart } from './charts.js';
import { fill, h, section, table } from './dom.js';
import { highest, isEmpty, isFigure, says, seriesOf } from './series.js';
import { dateTime, figure, words } from './words.js';

const palette = ['blue', 'violet', 'orange', 'teal', 'green', 'red', 'pink', 'olive', 'indigo', 'brown', 'grey'];

/** Gives each group the same colour wherever the dashboard draws it; figures have theirs by their place. */
export function colors() {
  const families = new Map();
  return ({ family, group }, index) => {
    if (group === undefined) return palette[index % palette.length];
    if (!families.has(family)) families.set(family, new Map());
    const known = families.get(family);
    if (!known.has(group)) known.set(group, palette[known.size % palette.length]);
    return known.get(group);
  };
}

const nothing = () => h('p', { class: 'hint' }, words.noData);

/** A number as large as its meaning. */
function numberPanel() {
  const label = h('dt', {});
  const value = h('dd', {});
  return {
    element: h('div', { class: 'tile' }, label, value),
    take({ title, tables: [{ columns, rows }] }) {
      label.textContent = title;
      value.textContent = figure(rows[0][0], columns[0].unit);
    },
  };
}

const cellOf = (value, { kind, unit }) => {
  if (kind === 'time') return dateTime(value);
  return typeof value === 'number' || value === null ? figure(value, unit) : value;
};

function tablePanel() {
  const element = h('div', {});
  return {
    element,
    take({ title, tables: [{ columns, rows }] }) {
      const told = rows.filter((row) => columns.some((one, i) => isFigure(one) && says(one, row[i])));
      const heads = columns.map(({ label, kind }) => [label, kind !== 'group']);
      const cells = told.map((row) => row.map((value, index) => cellOf(value, columns[index])));
      fill(element, cells.length > 0 ? table(title, heads, cells) : nothing());
    },
  };
}

/** The content security policy lets a script set this, and no attribute. */
function colored(element, color) {
  element.style.setProperty('--own', `var(--${color})`);
  return element;
}

const key = ({ label, color }) => colored(h('li', {}, label), color);

/** Horizontal bars: a table whose cells are as long as their number. */
function rowPanel(colorOf) {
  const element = h('div', {});
  const bar = (value, most, { label, column, color }) => {
    const line = colored(h('i', { 'aria-hidden': 'true' }), color);
    line.style.width = `${Math.max(0.5, (100 * Math.abs(value)) / most)}%`;
    return h(
      'span',
      { class: 'length' },
      h('span', { class: 'hidden' }, `${label} `),
      h('b', {}, figure(value, column.unit)),
      h('span', {}, line),
    );
  };
  return {
    element,
    take(panel) {
      const { xs, series } = paint(panel, colorOf);
      const most = Math.max(...series.map((one) => highest(one) ?? 0), Number.MIN_VALUE);
      const lines = xs
        .map((x, at) => [x, series.filter(({ column, values }) => says(column, values[at])), at])
        .filter(([, told]) => told.length > 0);
      const rows = lines.map(([x, told, at]) => [x, told.map((one) => bar(one.values[at], most, one))]);
      const across = panel.tables[0].columns.findLast(({ kind }) => kind === 'group').label;
      const figures = series.map(({ label }) => label).join(', ');
      fill(
        element,
        rows.length === 0
          ? nothing()
          : [
              series.length > 1 && h('ul', { class: 'keys' }, series.map(key)),
              table(panel.title, [[across], [figures]], rows),
            ],
      );
    },
  };
}

const paint = (panel, colorOf) => {
  const { xs, series } = seriesOf(panel);
  return { xs, series: series.map((one, index) => ({ ...one, color: colorOf(one, index) })) };
};

/** A chart's figures, for those who want them exactly or cannot see it. Written only while somebody reads them. */
function figuresPart() {
  const rows = h('div', {});
  let shown;
  const write = () => {
    if (!element.open || !shown) return;
    const { title, across, xs, series } = shown;
    const heads = [[across.kind === 'time' ? words.time : across.label], ...series.map(({ label }) => [label, 1])];
    const cells = xs.map((x, at) => [
      cellOf(x, across),
      ...series.map(({ values, column }) => figure(values[at], column.unit)),
    ]);
    fill(rows, table(`${title}: ${words.asTable}`, heads, cells));
  };
  const element = h('details', { class: 'figures', ontoggle: write }, h('summary', {}, words.asTable), rows);
  return {
    element,
    take(next) {
      shown = next;
      write();
    },
  };
}

function chartPanel(colorOf, shape) {
  const drawing = chart(shape);
  const empty = nothing();
  const figures = figuresPart();
  return {
    element: h('div', {}, drawing.element, empty, figures.element),
    take(panel, time) {
      const { title, tables } = panel;
      const across = tables[0].columns.find(({ kind }) => kind === 'time' || kind === 'number');
      const painted = { title, across, ...paint(panel, colorOf) };
      const none = isEmpty(painted);
      empty.hidden = !none;
      drawing.element.hidden = figures.element.hidden = none;
      if (!none) drawing.take({ ...painted, ...time });
      figures.take(painted);
    },
    end: drawing.end,
  };
}

/** @param colorOf as `colors` makes it @returns a panel that takes itself and `{ from, to, step }` */
export function panelOf({ title, shape }, colorOf) {
  if (shape === 'number') return numberPanel();
  const inside = { table: tablePanel, row: rowPanel }[shape] ?? chartPanel;
  const { element, ...rest } = inside(colorOf, shape);
  return { element: section(title, element), ...rest };
}
