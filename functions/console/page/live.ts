/** What happens now. */

import type { Point, Snapshot } from '../snapshot.ts';
import { deadPart, functionsPart, lagPart, transitionsPart } from './counts.ts';
import { h, hint, put, section } from './dom.ts';
import { commandLabel, stateLabel, wayNames } from './labels.ts';
import { loadPanel } from './load.ts';
import { type Plot, plot, type Series } from './plots.ts';
import { get, session } from './server.ts';
import type { Shown } from './shown.ts';
import { numbersPart, statesPart, timersPart } from './states.ts';
import { tellFault } from './tell.ts';
import { words } from './words.ts';

type Drawing = Readonly<{ title: string; about: string; plot: Plot<Point> }>;

const drawingOf = (title: string, about: string, series: readonly Series<Point>[]): Drawing => ({
  title,
  about,
  plot: plot(title, series),
});

const at = (list: readonly { name: string }[], name: string): number => list.findIndex((one) => one.name === name);

function statesOverTime(): Drawing {
  const series = wayNames()
    .slice(0, -1)
    .map((state) => ({
      label: stateLabel(state),
      color: state,
      digits: 0,
      read: ({ states }: Point) => states[at(session.states, state)],
    }));
  return drawingOf(words.stateOverTime, '', series);
}

function latencyOverTime(): Drawing {
  const series = session.commands
    .filter(({ timed }) => timed)
    .map(({ name, to }) => ({
      label: commandLabel(name),
      color: to,
      digits: 2,
      read: ({ latency }: Point) => {
        const value = latency[at(session.commands, name)] ?? null;
        return value === null ? null : value / 1000;
      },
    }));
  return drawingOf(words.latencyOverTime, words.latencyHint, series);
}

const drawings = (): readonly Drawing[] => [
  drawingOf(words.throughput, words.throughputHint, [
    { label: words.placedRate, color: 'blue', read: ({ placed }) => placed, fill: true },
    { label: words.completedRate, color: 'green', read: ({ completed }) => completed },
  ]),
  statesOverTime(),
  latencyOverTime(),
  drawingOf(words.workOverTime, '', [
    { label: words.movedRate, color: 'orange', read: ({ moved }) => moved },
    { label: words.invokedRate, color: 'violet', read: ({ invoked }) => invoked },
    { label: words.lagTotal, color: 'red', read: ({ lag }) => lag, fill: true },
  ]),
];

/**
 * The plots begin with what the server remembers (10 minutes at most), and take no snapshot before they have it.
 * Without an answer they begin empty, and the reason is told.
 */
export function live(root: HTMLElement): Shown {
  const drawn = drawings();
  const [states, numbers, load] = [statesPart(), numbersPart(), loadPanel()];
  const tables = [transitionsPart(), timersPart(), functionsPart(), lagPart(), deadPart()];
  const parts = [states, numbers, load, ...tables];
  put(
    root,
    h('h1', { class: 'hidden' }, words.live),
    states.element,
    numbers.element,
    load.element,
    h(
      'div',
      { class: 'grid' },
      drawn.map(({ title, about, plot: { element } }) => section(title, about && hint(about), element)),
    ),
    tables.map(({ element }) => element),
  );
  get('/api/history')
    .catch((error) => {
      tellFault(error);
      return [];
    })
    .then((history) => {
      for (const { plot: drawing } of drawn) drawing.open(history);
    });
  return {
    take(snapshot: Snapshot) {
      for (const part of parts) part.take(snapshot);
      for (const { plot: drawing } of drawn) drawing.add(snapshot.point);
    },
    end() {
      for (const { plot: drawing } of drawn) drawing.end();
    },
  };
}
