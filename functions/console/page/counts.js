/** The tables of the live part: transitions, functions, lag, dead letters. */
import { fill, h, row, section, table } from './dom.js';
import { commandLabel } from './labels.js';
import { session } from './server.js';
import { duration, number, words } from './words.js';

/** A table whose rows are made anew from each snapshot. */
function tablePart(title, columns, rowsOf, hint) {
  const element = table(title, columns, []);
  const body = element.querySelector('tbody');
  const empty = h('p', { class: 'hint' }, hint ?? words.none);
  return {
    element: section(title, element, empty),
    take(snapshot) {
      const rows = rowsOf(snapshot);
      empty.hidden = rows.length > 0;
      element.hidden = rows.length === 0;
      fill(
        body,
        rows.map((cells) => row(columns, cells)),
      );
    },
  };
}

export const transitionsPart = () =>
  tablePart(
    words.transitions,
    [
      [words.transition],
      [words.total, 1],
      [words.perSecond, 1],
      [`${words.latency} p50`, 1],
      ['p95', 1],
      ['p99', 1],
      [`${words.drift} p50`, 1],
      ['p99', 1],
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
            ...[latency?.p50, latency?.p95, latency?.p99, drift?.p50, drift?.p99].map(duration),
          ];
        }),
  );

export const functionsPart = () =>
  tablePart(
    words.functions,
    [
      [words.function],
      [words.invocations, 1],
      [words.perSecond, 1],
      [words.recordsEach, 1],
      ['p50', 1],
      ['p99', 1],
      [words.retries, 1],
      [words.failures, 1],
      [words.dead, 1],
      [words.coldStarts, 1],
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
export function lagPart() {
  const list = h('div', { class: 'scroll', tabindex: 0, role: 'group', 'aria-label': words.lag });
  return {
    element: section(words.lag, list),
    take({ lag }) {
      const width = Math.max(1, ...lag.map(({ partitions }) => partitions.length));
      const heading = (text, more = {}) => h('th', { scope: 'col', ...more }, text);
      const cell = (value) =>
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
        lag.length === 0
          ? h('p', { class: 'hint' }, words.none)
          : h('table', { class: 'lag' }, h('thead', {}, head), h('tbody', {}, rows)),
      );
    },
  };
}

export const deadPart = () =>
  tablePart(
    words.dead,
    [[words.topic], [words.records, 1]],
    ({ dead }) => dead.map(({ topic, records }) => [h('a', { href: '#dead' }, topic), number(records)]),
    words.noDead,
  );
