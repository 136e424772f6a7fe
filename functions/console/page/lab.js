/** The message lab: starts a measured run, and draws what the runs measured. */
import { field, fill, h, put, section, table } from './dom.js';
import { plot } from './plots.js';
import { change, get } from './server.js';
import { tell } from './tell.js';
import { dateTime, number, words } from './words.js';

const palette = ['blue', 'orange', 'green', 'violet', 'red', 'teal', 'soft'];

export function lab(root) {
  const results = h('div', {}, h('p', { class: 'hint' }, words.loading));
  const drawings = h('div', { class: 'grid' });
  const panel = runPanel();
  let drawn = [];
  let running = false;

  const end = () => {
    for (const one of drawn) one.end();
  };
  async function show(run) {
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
      fill(results, runs.length > 0 ? runsTable(runs, show) : h('p', { class: 'hint' }, words.none));
      if (runs[0]) await show(runs[0].run);
    } catch (error) {
      fill(results, h('p', { class: 'bad' }, error.message));
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

function runPanel() {
  const choice = (labels) => Object.entries(labels).map(([value, label]) => h('option', { value }, label));
  const act = async (work, text) => {
    try {
      await work();
      tell(text);
    } catch (error) {
      tell(`${words.failed}: ${error.message}`, true);
    }
  };
  const submit = (event) => {
    event.preventDefault();
    const { message, target, count, rate } = Object.fromEntries(new FormData(event.target));
    const body = { message, target, count: Number(count), ...(rate && { rate: Number(rate) }) };
    return act(() => change('POST', '/api/lab', body), words.runStarted);
  };
  const start = h('button', { class: 'main' }, words.startRun);
  const stop = h(
    'button',
    { type: 'button', onclick: () => act(() => change('DELETE', '/api/lab'), words.runStopped) },
    words.stopRun,
  );
  const line = h('p', { class: 'hint' });
  const form = h(
    'form',
    { class: 'fields', onsubmit: submit },
    field(words.message, h('select', { name: 'message' }, choice(words.messageKinds))),
    field(words.target, h('select', { name: 'target' }, choice(words.targets))),
    field(
      words.count,
      h('input', { name: 'count', type: 'number', min: 1, max: 10_000_000, value: 20_000, required: true }),
    ),
    field(words.ratePerSecond, h('input', { name: 'rate', type: 'number', min: 1, max: 1_000_000 }), words.rateHint),
    start,
    stop,
  );
  return {
    element: section(words.lab, h('p', { class: 'hint' }, words.labHint), form, line),
    take({ lab: run }) {
      start.disabled = run?.state === 'running';
      stop.disabled = run?.state !== 'running';
      line.textContent = run
        ? [words.messageKinds[run.message], words.targets[run.target], words.runStates[run.state], run.line].join(' · ')
        : '';
    },
  };
}

const runsTable = (runs, show) =>
  table(
    words.results,
    [
      [words.when_],
      [words.message],
      [words.target],
      [words.pace],
      [words.count, 1],
      [words.produced, 1],
      [words.consumed, 1],
      [words.cpuPer1000, 1],
      [words.exact],
    ],
    runs.map((one) => [
      h('button', { class: 'link', onclick: () => show(one.run) }, dateTime(Date.parse(one['@timestamp']))),
      words.messageKinds[one.message],
      words.targets[one.target],
      words.paces[one.pace],
      number(one.count),
      number(one.produced_per_second),
      number(one.consumed_per_second),
      number(one.cpu_per_1000, 3),
      one.exact ? words.yes : h('strong', { class: 'bad' }, words.no),
    ]),
  );

/** Three plots over the seconds of one run. Their points are made so that each second is one. */
function plotsOf(samples) {
  const names = [...new Set(samples.map((one) => one['process.name']).filter(Boolean))];
  const seconds = [...new Set(samples.map(({ second }) => second))];
  const points = seconds.map((second) => {
    const own = samples.filter((one) => one.second === second);
    const processes = Object.fromEntries(
      own.filter(({ kind }) => kind === 'process').map((one) => [one['process.name'], one]),
    );
    return { at: second, rate: own.find(({ kind }) => kind === 'rate'), processes };
  });
  const perProcess = (aspect, digits) =>
    names.map((name, index) => ({
      label: name,
      color: palette[index % palette.length],
      digits,
      read: ({ processes }) => processes[name]?.[aspect],
    }));
  const drawings = [
    [
      words.perSecondPlot,
      [
        { label: words.produced, color: 'blue', digits: 0, read: ({ rate }) => rate?.produced_per_second },
        { label: words.consumed, color: 'green', digits: 0, read: ({ rate }) => rate?.consumed_per_second, fill: true },
      ],
    ],
    [words.cpuPlot, perProcess('cpu', 2)],
    [words.memoryPlot, perProcess('memory', 0)],
  ];
  return drawings.map(([title, series]) => {
    const { element, open, end } = plot(title, series, { seconds: true });
    return { title, element, open: () => open(points), end };
  });
}
