/** The numbers of the live part: orders by state, rates, timers. */
import type { State } from '../../orders/lifecycle.ts';
import type { Snapshot } from '../snapshot.ts';
import type { LivePart } from './counts.ts';
import { h, hint, section } from './dom.ts';
import { stateLabel, wayNames } from './labels.ts';
import { session } from './server.ts';
import { number, say, words } from './words.ts';

/** The states as a way, each with its number; what is on its way between two is seen in the numbers moving. */
export function statesPart(): LivePart {
  const parts = new Map(
    session.states.map(({ name }) => [
      name,
      { count: h('strong', {}, '0'), bar: h('i', { class: 'bar', 'aria-hidden': 'true' }) },
    ]),
  );
  const item = (name: State) =>
    h('li', { class: `state ${name}` }, h('span', {}, stateLabel(name)), parts.get(name)?.count, parts.get(name)?.bar);
  return {
    element: section(
      words.states,
      h('ol', { class: 'states' }, [...wayNames(), 'cancelled' as const].map(item)),
      hint(words.statesHint),
    ),
    take({ states }) {
      const moving = session.states.filter(({ final }) => !final).map(({ name }) => states[name]);
      const most = Math.max(1, ...moving);
      for (const { name, final } of session.states) {
        const part = parts.get(name);
        if (!part) continue;
        part.count.textContent = number(states[name]);
        part.bar.style.width = `${final ? 100 : (100 * states[name]) / most}%`;
      }
    },
  };
}

/** The numbers of the last second: what each is called, and how it is read. */
const tiles = [
  ['perMinute', ({ perMinute }) => perMinute],
  ['placedRate', ({ point }) => point.placed],
  ['completedRate', ({ point }) => point.completed],
  ['movedRate', ({ point }) => point.moved],
  ['invokedRate', ({ point }) => point.invoked],
  ['mailedRate', ({ point }) => point.mailed],
  ['lagTotal', ({ point }) => point.lag],
  ['timersArmed', ({ timers }) => timers.armed],
] as const satisfies readonly (readonly [keyof typeof words, (snapshot: Snapshot) => number])[];

/** One tile for each figure; '–' until the first snapshot. */
export function numbersPart(): LivePart {
  const shown = tiles.map(([name, read]) => ({ name, read, value: h('dd', {}, '–') }));
  return {
    element: h(
      'dl',
      { class: 'tiles' },
      shown.map(({ name, value }) => h('div', { class: 'tile' }, h('dt', {}, words[name]), value)),
    ),
    take(snapshot) {
      for (const { read, value } of shown) value.textContent = number(read(snapshot));
    },
  };
}

/** How many orders are due in each of the next seconds. */
export function timersPart(): LivePart {
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
      hint(words.timersHint),
    ),
    take({ timers }) {
      const most = Math.max(1, ...timers.due);
      bars.forEach((bar, index) => {
        const due = timers.due[index] ?? 0;
        bar.style.height = `${(100 * due) / most}%`;
        bar.title = `${say(words.inSeconds, index)}: ${number(due)}`;
      });
      chart.setAttribute('aria-label', `${words.timersArmed}: ${number(timers.armed)}`);
      late.textContent = `${number(timers.armed)} ${words.timersArmed} · ${number(timers.overdue)} ${words.overdue}`;
    },
  };
}
