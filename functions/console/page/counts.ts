/** The tables of the live part: transitions, functions, lag, dead letters. */
import type { Snapshot } from '../snapshot.ts';
import { type Child, fill, type Heading, h, hint, row, section, table } from './dom.ts';
import { commandLabel } from './labels.ts';
import { session } from './server.ts';
import { duration, number, words } from './words.ts';

/** A part of the page that each snapshot changes. */
export type LivePart = Readonly<{ element: HTMLElement; take(snapshot: Snapshot): void }>;

/** A table whose rows are made anew from each snapshot. */
function tablePart(
  title: string,
  columns: readonly Heading[],
  rowsOf: (snapshot: Snapshot) => readonly (readonly Child[])[],
  empty = words.none,
): LivePart {
  const element = table(title, columns, []);
  const body = element.querySelector('tbody') ?? element;
  const none = hint(empty);
  return {
    element: section(title, element, none),
    take(snapshot) {
      const rows = rowsOf(snapshot);
      none.hidden = rows.length > 0;
      element.hidden = rows.length === 0;
      fill(
        body,
        rows.map((cells) => row(columns, cells)),
      );
    },
  };
}

/** Times are those of the last half to whole minute. A transition that has not happened yet has no row. */
export const transitionsPart = () =>
  tablePart(
    words.transitions,
    [
      [words.transition],
      [words.total, true],
      [words.perSecond, true],
      [`${words.latency} p50`, true],
      ['p95', true],
      ['p99', true],
      [`${words.drift} p50`, true],
      ['p99', true],
    ],
    ({ transitions }) =>
      session.commands
        .filter(({ name }) => transitions[name].total > 0)
        .map(({ name }) => {
          const { total, perSecond, latency, drift } = transitions[name];
          return [
            commandLabel(name),
            number(total),
            number(perSecond),
            ...[latency?.p50, latency?.p95, latency?.p99, drift?.p50, drift?.p99].map((one) => duration(one)),
          ];
        }),
  );

/** Empty without metrics (`DESPACHO_METRICS`). p50 and p99 are of the duration; records are the mean per invocation. */
export const functionsPart = () =>
  tablePart(
    words.functions,
    [
      [words.function],
      [words.invocations, true],
      [words.perSecond, true],
      [words.recordsEach, true],
      ['p50', true],
      ['p99', true],
      [words.retries, true],
      [words.failures, true],
      [words.dead, true],
      [words.coldStarts, true],
    ],
    ({ functions }) =>
      Object.entries(functions).map(([name, one]) => [
        h('code', {}, name),
        ...[one.invocations, one.perSecond].map((value) => number(value)),
        number(one.records / one.invocations, 1),
        duration(one.duration?.p50),
        duration(one.duration?.p99),
        ...[one.retries, one.failures, one.dead, one.coldStarts].map((value) => number(value)),
      ]),
    words.noMetrics,
  );

/** How far each partition is behind, as numbers, darker where it is more. */
export function lagPart(): LivePart {
  const list = h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.lag });
  return {
    element: section(words.lag, list),
    take({ lag }) {
      const width = Math.max(1, ...lag.map(({ partitions }) => partitions.length));
      const heading = (text: string, more = {}) => h('th', { scope: 'col', ...more }, text);
      const cell = (value: number) =>
        h('td', { class: `number ${value > 1000 ? 'hot' : value > 0 ? 'warm' : ''}` }, number(value));
      const head = h(
        'tr',
        {},
        heading(words.topic),
        heading(words.group),
        Array.from({ length: width }, (_, index) => heading(`${words.partition} ${index}`, { class: 'number' })),
      );
      const rows = lag.map(({ topic, group, partitions }) =>
        h(
          'tr',
          {},
          h('th', { scope: 'row' }, h('code', {}, topic)),
          h('td', {}, h('code', {}, group)),
          partitions.map(cell),
        ),
      );
      fill(
        list,
        lag.length === 0 ? hint(words.none) : h('table', { class: 'lag' }, h('thead', {}, head), h('tbody', {}, rows)),
      );
    },
  };
}

/** Counts the open letters of each topic, and links to the part that shows them. */
export const deadPart = () =>
  tablePart(
    words.dead,
    [[words.topic], [words.records, true]],
    ({ dead }) => dead.map(({ topic, records }) => [h('a', { href: '#dead' }, topic), number(records)]),
    words.noDead,
  );
