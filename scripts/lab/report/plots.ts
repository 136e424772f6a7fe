import { html } from 'hono/html';
import { stores, targets } from '../../../functions/messages/targets.ts';
import type { Language } from '../../../functions/orders/lifecycle.ts';
import type { Html } from '../../../functions/pages/html.ts';
import type { Sample } from '../record/recorder.ts';
import type { Result } from '../record/result.ts';
import { type Band, barChart, lineChart, roundUp, type Series } from './chart.ts';
import { numberText, type Words } from './words.ts';

/** One color for a process wherever it is drawn; they tell apart on light and dark and for the color-blind. */
const colors: Readonly<Record<string, string>> = {
  kafka: '#0072b2',
  elasticsearch: '#8a8f98',
  ...Object.fromEntries(Object.values(stores).map(({ engine, color }) => [engine, color])),
  producer: '#009e73',
  consumer: '#56a5e0',
  screen: '#a06cd5',
};
/** By the name of a process or an engine; grey for one that is not known. */
const colorOf = (name: string): string => colors[name] ?? '#777777';

function bandsOf(samples: readonly Sample[], say: Words): Band[] {
  const bands: Band[] = [];
  let from = 0;
  for (const [index, { phase, second }] of samples.entries()) {
    if (samples[index + 1]?.phase === phase) continue;
    bands.push({ name: say.phases[phase], from, to: second });
    from = second;
  }
  return bands;
}

const storeNames = (results: readonly Result[]): string[] => [
  ...new Set(results.flatMap(({ samples }) => samples.flatMap(({ processes }) => Object.keys(processes)))),
];

const processSeries = ({ samples }: Result, figure: 'cpu' | 'memory'): Series[] =>
  [...new Set(samples.flatMap(({ processes }) => Object.keys(processes)))].map((name) => ({
    name,
    color: colorOf(name),
    points: samples.flatMap(({ second, processes }) => {
      const used = processes[name];
      return used ? [[second, used[figure]] as const] : [];
    }),
  }));

const rateSeries = ({ samples }: Result, say: Words): Series[] => [
  {
    name: say.producedLine,
    color: colorOf('producer'),
    points: samples.map(({ second, producedPerSecond }) => [second, producedPerSecond] as const),
  },
  {
    name: say.consumedLine,
    color: colorOf('consumer'),
    points: samples.map(({ second, consumedPerSecond }) => [second, consumedPerSecond] as const),
  },
];

const topOf = (all: readonly Series[]): number =>
  roundUp(Math.max(0, ...all.flatMap(({ points }) => points.map(([, value]) => value))));

/** @param names in the order in which they are shown, with their colors as CSS has them */
const legend = (names: readonly (readonly [name: string, color: string])[]): Html =>
  html`<p class="legend">${names.map(([name, color]) => html`<span><i style="background:${color}"></i>${name}</span>`)}</p>`;

/** Messages, CPU and memory over time: a row of charts each, a chart for each target, on common axes. */
export function timePlots(results: readonly Result[], language: Language, say: Words): Html {
  const rows = [
    { title: say.messages, unit: say.perSecond, series: (result: Result) => rateSeries(result, say) },
    { title: say.processor, unit: say.coreUnit, series: (result: Result) => processSeries(result, 'cpu') },
    { title: say.memory, unit: say.memoryUnit, series: (result: Result) => processSeries(result, 'memory') },
  ];
  const charts = rows.map(({ title, unit, series }) => {
    const top = topOf(results.flatMap(series));
    return results.map((result) => {
      const name = `${title} · ${targets[result.target].title[language]}`;
      return lineChart({
        title: name,
        unit,
        series: series(result),
        bands: bandsOf(result.samples, say),
        top,
        language,
      });
    });
  });
  const rates = legend([
    [say.producedLine, colorOf('producer')],
    [say.consumedLine, colorOf('consumer')],
  ]);
  const used = legend(storeNames(results).map((name) => [name, colorOf(name)] as const));
  const grid = (list: readonly Html[]): Html => html`<div class="grid${results.length}">${list}</div>`;
  const [messages = [], processor = [], memory = []] = charts;
  return html`${rates}${grid(messages)}${used}${grid(processor)}${grid(memory)}`;
}

const barName = ({ message, target, pace }: Result, language: Language, say: Words): string =>
  `${say.kinds[message]} · ${targets[target].title[language]}${pace === 'live' ? ' ·' : ''}`;

/** A bar for each result: CPU seconds per 1,000 messages, a part for each process, with the legend. */
export function cpuBars(results: readonly Result[], language: Language, say: Words): Html {
  const bars = results.map((result) => ({
    name: barName(result, language, say),
    parts: Object.entries(result.cpuPer1000)
      .filter(([, value]) => value > 0)
      .map(([name, value]) => ({ name, color: colorOf(name), value })),
  }));
  return html`${legend(storeNames(results).map((name) => [name, colorOf(name)] as const))}${barChart(say.cpuTitle, bars, (value) => numberText(value, language, 3))}`;
}

/** A bar for each result that was stored: bytes on disk per message. */
export function bytesBars(results: readonly Result[], language: Language, say: Words): Html {
  const bars = results.flatMap((result) => {
    const { target, bytesPerMessage } = result;
    if (bytesPerMessage === null) return [];
    const parts = [{ name: target, color: colorOf(target), value: bytesPerMessage }];
    return [{ name: barName(result, language, say), parts }];
  });
  return barChart(say.bytesTitle, bars, (value) => numberText(value, language));
}
