/** What happens now. */
import { deadPart, functionsPart, lagPart, transitionsPart } from './counts.js';
import { h, put, section } from './dom.js';
import { commandLabel, stateLabel, wayNames } from './labels.js';
import { loadPanel } from './load.js';
import { plot } from './plots.js';
import { get, session } from './server.js';
import { numbersPart, statesPart, timersPart } from './states.js';
import { tell } from './tell.js';
import { words } from './words.js';

function plots() {
  const shownStates = wayNames().slice(0, -1);
  const shownCommands = ['prepare', 'ship', 'deliver', 'complete'];
  const at = (list, name) => list.findIndex((one) => one.name === name);
  return [
    [
      words.throughput,
      words.throughputHint,
      [
        { label: words.placedRate, color: 'blue', read: ({ placed }) => placed, fill: true },
        { label: words.completedRate, color: 'green', read: ({ completed }) => completed },
      ],
    ],
    [
      words.stateOverTime,
      '',
      shownStates.map((state) => ({
        label: stateLabel(state),
        color: state,
        digits: 0,
        read: ({ states }) => states[at(session.states, state)],
      })),
    ],
    [
      words.latencyOverTime,
      words.latencyHint,
      shownCommands.map((name, index) => ({
        label: commandLabel(name),
        color: shownStates[index],
        digits: 2,
        read: ({ latency }) => {
          const value = latency[at(session.commands, name)];
          return value === null ? null : value / 1000;
        },
      })),
    ],
    [
      words.workOverTime,
      '',
      [
        { label: words.movedRate, color: 'orange', read: ({ moved }) => moved },
        { label: words.invokedRate, color: 'violet', read: ({ invoked }) => invoked },
        { label: words.lagTotal, color: 'red', read: ({ lag }) => lag, fill: true },
      ],
    ],
  ].map(([title, hint, series]) => ({ title, hint, plot: plot(title, series) }));
}

export function live(root) {
  const drawings = plots();
  const parts = [
    statesPart(),
    numbersPart(),
    loadPanel(),
    transitionsPart(),
    timersPart(),
    functionsPart(),
    lagPart(),
    deadPart(),
  ];
  const [states, numbers, load, ...tables] = parts;
  put(
    root,
    h('h1', { class: 'hidden' }, words.live),
    states.element,
    numbers.element,
    load.element,
    h(
      'div',
      { class: 'grid' },
      drawings.map(({ title, hint, plot: { element } }) =>
        section(title, hint && h('p', { class: 'hint' }, hint), element),
      ),
    ),
    tables.map(({ element }) => element),
  );
  get('/api/history')
    .catch((error) => {
      tell(error.message, true);
      return [];
    })
    .then((history) => {
      for (const { plot: drawing } of drawings) drawing.open(history);
    });
  return {
    take(snapshot) {
      for (const part of parts) part.take(snapshot);
      for (const { plot: drawing } of drawings) drawing.add(snapshot.point);
    },
    end() {
      for (const { plot: drawing } of drawings) drawing.end();
    },
  };
}
