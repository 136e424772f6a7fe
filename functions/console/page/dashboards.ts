/** The dashboards that Kibana has too, drawn from the same panels. `#dashboards/<name>` */
import { messageOf } from '../../../infra/faults.ts';
import type { Dashboard, Panel } from '../drawnDashboard.ts';
import { field, fill, h, option, put } from './dom.ts';
import { colors, type Part, panelOf } from './panels.ts';
import { get } from './server.ts';
import type { Shown } from './shown.ts';
import { dateTime, language, say, time, words } from './words.ts';

/** ms from one answer to the next question. */
const pause = 5000;

/** Kept while the page is open, whatever part is shown. */
const chosen: { minutes: string; filters: Record<string, Record<string, string>> } = { minutes: '15', filters: {} };
const filtersOf = (name: string): Record<string, string> => {
  const filters = chosen.filters[name] ?? {};
  chosen.filters[name] = filters;
  return filters;
};

/** Asks anew 5 s after each answer while the page is visible, until `end`. @param name as in the address */
export function dashboards(root: HTMLElement, [name = 'orders']: readonly string[]): Shown {
  const query = () => ({ ...filtersOf(name), dashboard: name, language, minutes: chosen.minutes });
  const choice = choicePart(name, () => refreshing.now());
  const board = boardPart();
  const refreshing = refresh(
    () => get('/api/dashboard', query()),
    (drawn) => {
      choice.take(drawn);
      board.take(drawn);
    },
    choice.fail,
  );
  put(root, h('h1', { class: 'hidden' }, words.dashboards), choice.element, board.element);
  return {
    end() {
      refreshing.end();
      board.end();
    },
  };
}

/** Asks again and again while somebody looks. An answer that was overtaken by a newer question is not shown. */
function refresh<T>(ask: () => Promise<T>, show: (answer: T) => void, fail: (error: unknown) => void) {
  let timer: number | undefined;
  let turn = 0;
  async function now() {
    clearTimeout(timer);
    if (document.hidden) return;
    const own = ++turn;
    const tell = await ask().then(
      (answer) => () => show(answer),
      (error) => () => fail(error),
    );
    if (own !== turn) return;
    tell();
    timer = window.setTimeout(now, pause);
  }
  document.addEventListener('visibilitychange', now);
  now();
  return {
    now,
    end() {
      turn++;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', now);
    },
  };
}

const shortTitle = (title: string): string => {
  const short = title.replace(/^.*: /, '');
  return short.charAt(0).toLocaleUpperCase(language) + short.slice(1);
};

function rangeSelect(onChange: () => void) {
  const ranges = Object.entries(words.ranges).map(([minutes, label]) => option(minutes, label, chosen.minutes));
  const select = h('select', { on: { change } }, ranges);
  function change() {
    chosen.minutes = select.value;
    onChange();
  }
  return select;
}

/** Which dashboard, time and values are chosen. */
function choicePart(name: string, onChange: () => void) {
  const links = h('nav', { class: 'boards', 'aria-label': words.dashboards });
  const about = h('p', { class: 'hint' });
  const seen = h('p', { class: 'hint' }, words.loading);
  const fields = h('div', { class: 'fields' });
  const controls = new Map<string, ReturnType<typeof controlPart>>();
  put(fields, field(words.range, rangeSelect(onChange)));
  const link = ({ id, title }: Dashboard['dashboards'][number]) =>
    h('a', { href: `#dashboards/${id}`, 'aria-current': id === name && 'page' }, shortTitle(title));
  return {
    element: h('section', { class: 'card', 'aria-label': words.dashboards }, links, about, fields, seen),
    take(drawn: Dashboard) {
      if (links.childElementCount === 0) fill(links, drawn.dashboards.map(link));
      about.textContent = drawn.about;
      for (const control of drawn.controls) {
        const known = controls.get(control.id) ?? controlPart(name, control.id, onChange);
        controls.set(control.id, known);
        const { element, take } = known;
        if (!element.isConnected) put(fields, field(control.label, element));
        take(control.options);
      }
      seen.textContent = say(words.shownAt, dateTime(drawn.from), dateTime(drawn.to), time(Date.now()));
      seen.classList.remove('bad');
    },
    fail(error: unknown) {
      seen.textContent = messageOf(error);
      seen.classList.add('bad');
    },
  };
}

/** A list of what a field has been; what is chosen stays in it. */
function controlPart(name: string, id: string, onChange: () => void) {
  const filters = filtersOf(name);
  let shown: string | undefined;
  const element = h('select', {
    on: {
      change({ currentTarget }) {
        filters[id] = currentTarget.value;
        onChange();
      },
    },
  });
  return {
    element,
    take(options: readonly string[]) {
      const all = new Set([...options, filters[id] ?? ''].filter(Boolean));
      const values = [...all].sort((one, other) => one.localeCompare(other, language));
      if (shown === JSON.stringify(values)) return;
      shown = JSON.stringify(values);
      fill(
        element,
        option('', words.any, filters[id] ?? ''),
        values.map((value) => option(value, value, filters[id])),
      );
    },
  };
}

/** The panels, laid out once and then redrawn where they are. */
function boardPart() {
  const element = h('div', { class: 'board' });
  const panels = new Map<string, Part>();
  const drawn = new Map<string, string>();
  function build(rows: Dashboard['rows']) {
    const colorOf = colors();
    for (const panel of rows.flat()) panels.set(panel.id, panelOf(panel, colorOf));
    const elements = (row: readonly Panel[]) => row.map(({ id }) => panels.get(id)?.element);
    fill(
      element,
      rows.map((row) =>
        row[0]?.shape === 'number'
          ? h('dl', { class: 'tiles' }, elements(row))
          : h('div', { class: 'panels' }, elements(row)),
      ),
    );
  }
  return {
    element,
    take({ rows, from, to, step }: Dashboard) {
      if (panels.size === 0) build(rows);
      for (const panel of rows.flat()) {
        const told = JSON.stringify(panel);
        // Whoever reads or hovers over what has not changed is left alone.
        if (drawn.get(panel.id) === told) continue;
        drawn.set(panel.id, told);
        panels.get(panel.id)?.take(panel, { from, to, step });
      }
    },
    end() {
      for (const panel of panels.values()) panel.end?.();
    },
  };
}
