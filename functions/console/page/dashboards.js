/** The dashboards that Kibana has too, drawn from the same panels. `#dashboards/<name>` */
import { field, fill, h, put } from './dom.js';
import { colors, panelOf } from './panels.js';
import { get } from './server.js';
import { dateTime, language, say, time, words } from './words.js';

/** ms from one answer to the next question. */
const pause = 5000;

/** Kept while the page is open, whatever part is shown. */
const chosen = { minutes: '15', filters: {} };

export function dashboards(root, [name = 'orders']) {
  const query = () => ({ ...chosen.filters[name], dashboard: name, language, minutes: chosen.minutes });
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
function refresh(ask, show, fail) {
  let timer;
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
    timer = setTimeout(now, pause);
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

const shortTitle = (title) => {
  const short = title.replace(/^.*: /, '');
  return short.charAt(0).toLocaleUpperCase(language) + short.slice(1);
};

const option = (value, label, selected) => h('option', { value, selected: value === selected }, label);

/** Which dashboard, time and values are chosen. */
function choicePart(name, onChange) {
  const links = h('nav', { class: 'boards', 'aria-label': words.dashboards });
  const about = h('p', { class: 'hint' });
  const seen = h('p', { class: 'hint' }, words.loading);
  const fields = h('div', { class: 'fields' });
  const controls = new Map();
  const range = h(
    'select',
    {
      onchange({ target }) {
        chosen.minutes = target.value;
        onChange();
      },
    },
    Object.entries(words.ranges).map(([minutes, label]) => option(minutes, label, chosen.minutes)),
  );
  put(fields, field(words.range, range));
  const link = ({ id, title }) =>
    h('a', { href: `#dashboards/${id}`, 'aria-current': id === name && 'page' }, shortTitle(title));
  return {
    element: h('section', { class: 'card', 'aria-label': words.dashboards }, links, about, fields, seen),
    take(drawn) {
      if (links.childElementCount === 0) fill(links, drawn.dashboards.map(link));
      about.textContent = drawn.about;
      for (const control of drawn.controls) {
        if (!controls.has(control.id)) controls.set(control.id, controlPart(name, control.id, onChange));
        const { element, take } = controls.get(control.id);
        if (!element.isConnected) put(fields, field(control.label, element));
        take(control.options);
      }
      seen.textContent = say(words.shownAt, dateTime(drawn.from), dateTime(drawn.to), time(Date.now()));
      seen.classList.remove('bad');
    },
    fail({ message }) {
      seen.textContent = message;
      seen.classList.add('bad');
    },
  };
}

/** A list of what a field has been; what is chosen stays in it. */
function controlPart(name, id, onChange) {
  chosen.filters[name] ??= {};
  const filters = chosen.filters[name];
  let shown;
  const element = h('select', {
    onchange({ target }) {
      filters[id] = target.value;
      onChange();
    },
  });
  return {
    element,
    take(options) {
      const all = new Set([...options, filters[id]].filter(Boolean));
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
  const panels = new Map();
  const drawn = new Map();
  function build(rows) {
    const colorOf = colors();
    for (const panel of rows.flat()) panels.set(panel.id, panelOf(panel, colorOf));
    const elements = (row) => row.map(({ id }) => panels.get(id).element);
    fill(
      element,
      rows.map((row) =>
        row[0].shape === 'number'
          ? h('dl', { class: 'tiles' }, elements(row))
          : h('div', { class: 'panels' }, elements(row)),
      ),
    );
  }
  return {
    element,
    take({ rows, from, to, step }) {
      if (panels.size === 0) build(rows);
      for (const panel of rows.flat()) {
        const told = JSON.stringify(panel);
        // Whoever reads or hovers over what has not changed is left alone.
        if (drawn.get(panel.id) === told) continue;
        drawn.set(panel.id, told);
        panels.get(panel.id).take(panel, { from, to, step });
      }
    },
    end() {
      for (const panel of panels.values()) panel.end?.();
    },
  };
}
