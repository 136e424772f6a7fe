/** The message lab: starts a measured run, and draws what the runs measured. */
import { targetNames, targets } from '../../messages/targets.ts';
import type { LabDocument } from '../labResults.elasticsearch.ts';
import type { LivePart } from './counts.ts';
import { fault, field, fill, h, hint, option, put, section, table } from './dom.ts';
import { seriesColors } from './panels.ts';
import { plot, type Series } from './plots.ts';
import { change, get } from './server.ts';
import type { Shown } from './shown.ts';
import { act } from './tell.ts';
import { called, dateTime, language, number, words } from './words.ts';

/** Asks for the results at once and when a run ends. Plots the newest run, or the one that is clicked in the table. */
export function lab(root: HTMLElement): Shown {
  const results = h('div', {}, hint(words.loading));
  const drawings = h('div', { class: 'grid' });
  const panel = runPanel();
  let drawn: ReturnType<typeof plotsOf> = [];
  let running = false;

  const end = () => drawn.forEach((one) => void one.end());
  async function show(run: string) {
    const samples = await get('/api/lab/run', { run });
    end();
    drawn = plotsOf(samples);
    fill(
      drawings,
      drawn.map(({ title, element }) => section(title, element)),
    );
    for (const { open } of drawn) open();
  }
  async function load() {
    try {
      const runs = await get('/api/lab');
      fill(results, runs.length > 0 ? runsTable(runs, show) : hint(words.none));
      if (runs[0]?.run) await show(runs[0].run);
    } catch (error) {
      fill(results, fault(error));
    }
  }

  put(root, h('h1', { class: 'hidden' }, words.lab), panel.element, drawings, section(words.results, results));
  load();
  return {
    take(snapshot) {
      panel.take(snapshot);
      // Its figures are in Elasticsearch when the run has ended.
      if (running && snapshot.lab?.state === 'ended') load();
      running = snapshot.lab?.state === 'running';
    },
    end,
  };
}

/** A run of another version may know other targets. */
const titleOf = (target: string): string =>
  targetNames.map((name) => (name === target ? targets[name].title[language] : '')).find(Boolean) ?? target;

function begin(event: SubmitEvent & { currentTarget: HTMLFormElement }) {
  event.preventDefault();
  const { message, target, count, rate } = Object.fromEntries(new FormData(event.currentTarget));
  const body = { message, target, count: Number(count), ...(rate && { rate: Number(rate) }) };
  return act(
    () => change('POST', '/api/lab', body),
    () => words.runStarted,
  );
}

function runFields() {
  const kinds = Object.entries(words.messageKinds).map(([value, label]) => option(value, label));
  const goals = targetNames.map((name) => option(name, targets[name].title[language]));
  return [
    field(words.message, h('select', { name: 'message' }, kinds)),
    field(words.target, h('select', { name: 'target' }, goals)),
    field(
      words.count,
      h('input', { name: 'count', type: 'number', min: 1, max: 10_000_000, value: 20_000, required: true }),
    ),
    field(words.ratePerSecond, h('input', { name: 'rate', type: 'number', min: 1, max: 1_000_000 }), words.rateHint),
  ];
}

function runPanel(): LivePart {
  const start = h('button', { class: 'main' }, words.startRun);
  const stop = h(
    'button',
    {
      type: 'button',
      on: {
        click: () =>
          act(
            () => change('DELETE', '/api/lab'),
            () => words.runStopped,
          ),
      },
    },
    words.stopRun,
  );
  const line = h('p', { class: 'hint' });
  const form = h('form', { class: 'fields', on: { submit: begin } }, runFields(), start, stop);
  return {
    element: section(words.lab, hint(words.labHint), form, line),
    take({ lab: run }) {
      start.disabled = run?.state === 'running';
      stop.disabled = run?.state !== 'running';
      line.textContent = run
        ? [
            words.messageKinds[run.message],
            targets[run.target].title[language],
            words.runStates[run.state],
            run.line,
          ].join(' · ')
        : '';
    },
  };
}

const runsTable = (runs: readonly LabDocument[], show: (run: string) => unknown) =>
  table(
    words.results,
    [
      [words.when_],
      [words.message],
      [words.target],
      [words.pace],
      [words.count, true],
      [words.produced, true],
      [words.consumed, true],
      [words.cpuPer1000, true],
      [words.exact],
    ],
    runs.map((one) => [
      h(
        'button',
        { class: 'link', on: { click: () => show(one.run ?? '') } },
        dateTime(Date.parse(one['@timestamp'] ?? '')),
      ),
      called(words.messageKinds, one.message ?? ''),
      titleOf(one.target ?? ''),
      called(words.paces, one.pace ?? ''),
      number(one.count),
      number(one.produced_per_second),
      number(one.consumed_per_second),
      number(one.cpu_per_1000, 3),
      one.exact ? words.yes : h('strong', { class: 'bad' }, words.no),
    ]),
  );

type Second = Readonly<{ at: number; rate: LabDocument | undefined; processes: ReadonlyMap<string, LabDocument> }>;

/** The samples of a run by their seconds. */
function secondsOf(samples: readonly LabDocument[]): Second[] {
  return [...Map.groupBy(samples, ({ second = 0 }) => second)].map(([at, own]) => ({
    at,
    rate: own.find(({ kind }) => kind === 'rate'),
    processes: new Map(own.filter(({ kind }) => kind === 'process').map((one) => [nameOf(one), one])),
  }));
}

const nameOf = (sample: LabDocument): string => sample['process.name'] ?? '';

/** Three plots over the seconds of one run. */
function plotsOf(samples: readonly LabDocument[]) {
  const seconds = secondsOf(samples);
  const names = [...new Set(samples.map(nameOf).filter(Boolean))];
  const perProcess = (aspect: 'cpu' | 'memory', digits: number): Series<Second>[] =>
    names.map((name, index) => ({
      label: name,
      color: seriesColors[index % seriesColors.length] ?? 'grey',
      digits,
      read: ({ processes }) => processes.get(name)?.[aspect],
    }));
  const rates: Series<Second>[] = [
    { label: words.produced, color: 'blue', digits: 0, read: ({ rate }) => rate?.produced_per_second },
    { label: words.consumed, color: 'green', digits: 0, read: ({ rate }) => rate?.consumed_per_second, fill: true },
  ];
  const drawings = [
    { title: words.perSecondPlot, series: rates },
    { title: words.cpuPlot, series: perProcess('cpu', 2) },
    { title: words.memoryPlot, series: perProcess('memory', 0) },
  ];
  return drawings.map(({ title, series }) => {
    const { element, open, end } = plot(title, series, { seconds: true });
    return { title, element, open: () => open(seconds), end };
  });
}
