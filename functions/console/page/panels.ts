/** The panels of a dashboard, each drawn as its shape wants it. A panel takes what it shows again and again. */

import type { Ink } from '../../pages/browser/plots.ts';
import type { Cell, Column, Panel } from '../drawnDashboard.ts';
import { chart, type Painted, type Shape, type Shown, type Span } from './charts.ts';
import { fill, type Heading, h, hint, section, table } from './dom.ts';
import { highest, isEmpty, isFigure, type Series, says, seriesOf } from './series.ts';
import { dateTime, figure, words } from './words.ts';

/** As many as a dashboard draws groups of one kind: no two functions share one. */
export const seriesColors: readonly Ink[] = [
  'blue',
  'violet',
  'orange',
  'teal',
  'green',
  'red',
  'pink',
  'olive',
  'indigo',
  'brown',
  'grey',
  'magenta',
  'navy',
  'moss',
  'wine',
  'slate',
];

const colorAt = (index: number): Ink => seriesColors[index % seriesColors.length] ?? 'grey';

/** Which colour a series has, by its place among those of its panel. */
type ColorOf = (series: Series, index: number) => Ink;

/** Gives each group the same colour wherever the dashboard draws it; figures have theirs by their place. */
export function colors(): ColorOf {
  const families = new Map<string, Map<Cell, Ink>>();
  return ({ family, group }, index) => {
    if (group === undefined) return colorAt(index);
    const known = families.get(family) ?? new Map<Cell, Ink>();
    families.set(family, known);
    const color = known.get(group) ?? colorAt(known.size);
    known.set(group, color);
    return color;
  };
}

/** A panel on the page: takes what it shows, again and again. */
export type Part = Readonly<{ element: HTMLElement; take(panel: Panel, time: Span): void; end?(): void }>;

const nothing = () => hint(words.noData);

function numberPanel(): Part {
  const label = h('dt', {});
  const value = h('dd', {});
  return {
    element: h('div', { class: 'tile' }, label, value),
    take({ title, tables: [first] }) {
      label.textContent = title;
      const found = first?.rows[0]?.[0];
      value.textContent = figure(typeof found === 'number' ? found : null, first?.columns[0]?.unit);
    },
  };
}

const cellOf = (value: Cell | undefined, { kind, unit }: Column): string => {
  if (typeof value === 'string') return value;
  return kind === 'time' && typeof value === 'number' ? dateTime(value) : figure(value, unit);
};

function tablePanel(): Part {
  const element = h('div', {});
  return {
    element,
    take({ title, tables: [first] }) {
      const { columns = [], rows = [] } = first ?? {};
      const told = rows.filter((row) => columns.some((one, i) => isFigure(one) && says(one, row[i])));
      const heads = columns.map(({ label, kind }): Heading => [label, kind !== 'group']);
      const cells = told.map((row) => columns.map((column, index) => cellOf(row[index], column)));
      fill(element, cells.length > 0 ? table(title, heads, cells) : nothing());
    },
  };
}

/** The content security policy lets a script set this, and no attribute. */
function colored<E extends HTMLElement>(element: E, color: Ink): E {
  element.style.setProperty('--own', `var(--${color})`);
  return element;
}

const key = ({ label, color }: Painted) => colored(h('li', {}, label), color);

/** Horizontal bars: a table whose cells are as long as their number. */
function rowPanel(colorOf: ColorOf): Part {
  const element = h('div', {});
  const bar = (value: number, most: number, { label, column, color }: Painted) => {
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
      const rows = xs.flatMap((x, at) => {
        const told = series.filter(({ column, values }) => says(column, values[at]));
        return told.length > 0 ? [[String(x), told.map((one) => bar(one.values[at] ?? 0, most, one))]] : [];
      });
      const across = panel.tables[0]?.columns.findLast(({ kind }) => kind === 'group')?.label;
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

const paint = (panel: Panel, colorOf: ColorOf): { xs: readonly Cell[]; series: Painted[] } => {
  const { xs, series } = seriesOf(panel);
  return { xs, series: series.map((one, index) => ({ ...one, color: colorOf(one, index) })) };
};

/** A chart's figures, for those who want them exactly or cannot see it. Written only while somebody reads them. */
function figuresPart() {
  const rows = h('div', {});
  let shown: Omit<Shown, keyof Span> | undefined;
  const write = () => {
    if (!element.open || !shown) return;
    const { title, across, xs, series } = shown;
    const heads: Heading[] = [
      [across.kind === 'time' ? words.time : across.label],
      ...series.map(({ label }): Heading => [label, true]),
    ];
    const cells = xs.map((x, at) => [
      cellOf(x, across),
      ...series.map(({ values, column }) => figure(values[at], column.unit)),
    ]);
    fill(rows, table(`${title}: ${words.asTable}`, heads, cells));
  };
  const element = h('details', { class: 'figures', on: { toggle: write } }, h('summary', {}, words.asTable), rows);
  return {
    element,
    take(next: NonNullable<typeof shown>) {
      shown = next;
      write();
    },
  };
}

function chartPanel(colorOf: ColorOf, shape: Shape): Part {
  const drawing = chart(shape);
  const empty = nothing();
  const figures = figuresPart();
  return {
    element: h('div', {}, drawing.element, empty, figures.element),
    take(panel, time) {
      const { title, tables } = panel;
      const across = tables[0]?.columns.find(({ kind }) => kind === 'time' || kind === 'number');
      if (!across) return;
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

function insideOf(shape: Panel['shape'], colorOf: ColorOf): Part {
  if (shape === 'number') return numberPanel();
  if (shape === 'table') return tablePanel();
  return shape === 'row' ? rowPanel(colorOf) : chartPanel(colorOf, shape);
}

/** @param colorOf as `colors` makes it */
export function panelOf({ title, shape }: Panel, colorOf: ColorOf): Part {
  const { element, ...rest } = insideOf(shape, colorOf);
  return { element: shape === 'number' ? element : section(title, element), ...rest };
}
