/** The numbers of the live part: orders by state, rates, timers. */
import { h, section } from './dom.js';
import { stateLabel, wayNames } from './labels.js';
import { session } from './server.js';
import { number, say, words } from './words.js';

/** The states as a way, each with its number; what is on its way between two is seen in the numbers moving. */
export function statesPart() {
  const cells = new Map(session.states.map(({ name }) => [name, h('strong', {}, '0')]));
  const bars = new Map(session.states.map(({ name }) => [name, h('i', { class: 'bar', 'aria-hidden': 'true' })]));
  const item = (name) =>
    h('li', { class: `state ${name}` }, h('span', {}, stateLabel(name)), cells.get(name), bars.get(name));
  return {
    element: section(
      words.states,
      h('ol', { class: 'states' }, [...wayNames(), 'cancelled'].map(item)),
      h('p', { class: 'hint' }, words.statesHint),
    ),
    take({ states }) {
      const moving = session.states.filter(({ final }) => !final).map(({ name }) => states[name]);
      const most = Math.max(1, ...moving);
      for (const { name, final } of session.states) {
        cells.get(name).textContent = number(states[name]);
        bars.get(name).style.width = `${final ? 100 : (100 * states[name]) / most}%`;
      }
    },
  };
}

const tiles = {
  perMinute: ({ perMinute }) => number(perMinute),
  placedRate: ({ point }) => number(point.placed),
  completedRate: ({ point }) => number(point.completed),
  movedRate: ({ point }) => number(point.moved),
  invokedRate: ({ point }) => number(point.invoked),
  mailedRate: ({ point }) => number(point.mailed),
  lagTotal: ({ point }) => number(point.lag),
  timersArmed: ({ timers }) => number(timers.armed),
};

/** The numbers of the last second. */
export function numbersPart() {
  const values = Object.fromEntries(Object.keys(tiles).map((name) => [name, h('dd', {}, '–')]));
  const list = Object.keys(tiles).map((name) => h('div', { class: 'tile' }, h('dt', {}, words[name]), values[name]));
  return {
    element: h('dl', { class: 'tiles' }, list),
    take(snapshot) {
      for (const [name, read] of Object.entries(tiles)) values[name].textContent = read(snapshot);
    },
  };
}

/** How many orders are due in each of the next seconds. */
export function timersPart() {
  const bars = Array.from({ length: 30 }, () => h('span', {}));
  const chart = h('div', { class: 'bars', role: 'img', 'aria-label': words.timers }, bars);
  const late = h('p', { class: 'hint' });
  return {
    element: section(
      words.timers,
      chart,
      h(
        'p',
        { class: 'scale', 'aria-hidden': 'true' },
        h('span', {}, words.now),
        h('span', {}, say(words.inSeconds, 30)),
      ),
      late,
      h('p', { class: 'hint' }, words.timersHint),
    ),
    take({ timers }) {
      const most = Math.max(1, ...timers.due);
      bars.forEach((bar, index) => {
        bar.style.height = `${(100 * timers.due[index]) / most}%`;
        bar.title = `${say(words.inSeconds, index)}: ${number(timers.due[index])}`;
      });
      chart.setAttribute('aria-label', `${words.timersArmed}: ${number(timers.armed)}`);
      late.textContent = `${number(timers.armed)} ${words.timersArmed} · ${number(timers.overdue)} ${words.overdue}`;
    },
  };
}
