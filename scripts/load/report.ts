import { namesOf } from '../../infra/namesOf.ts';
import { whole } from '../wholeFigure.ts';
import type { Outcomes } from './outcomes.ts';
import { codeWords, notSentWords } from './outcomes.ts';
import type { Plan } from './plan.ts';
import type { LoadReport, Planned } from './run.ts';
import type { Percentiles } from './waits.ts';

const perSecond = (value: number): string => `${value.toFixed(value < 10 ? 2 : 1)}/s`;
const ms = (value: number): string => value.toFixed(value < 100 ? 2 : 0).padStart(9);
const index = (value: number | null, otherwise: string): string => value?.toFixed(2) ?? otherwise;

/** How many orders were not acknowledged, and why; undefined when all were. */
export function shortfall({ orders, errors }: LoadReport): string | undefined {
  if (orders.acknowledged === orders.planned) return undefined;
  const whys = [
    ...errors.map(({ code, orders, reason }) => `${whole(orders)} ${code}${reason ? ` (${reason})` : ''}`),
    ...namesOf(notSentWords)
      .filter((name) => orders.notSent[name] > 0)
      .map((name) => `${whole(orders.notSent[name])} not sent: ${notSentWords[name]}`),
  ];
  return `${whole(orders.planned - orders.acknowledged)} of ${whole(orders.planned)} orders were not acknowledged: ${whys.join('; ')}`;
}

/** The line that is printed before the first order is sent. */
export function planLine({ load, plan }: Planned): string {
  const seconds = plan.seconds.toFixed(plan.seconds < 10 ? 1 : 0);
  const name = load.trace === undefined ? load.distribution : `trace ${load.trace}`;
  const repeats = load.keySkew === undefined ? '' : ` of ${whole(plan.differentKeys)} different ones`;
  return `Plan ${plan.hash} · ${name} ${perSecond(plan.rate)} · ${whole(plan.orders)} orders${repeats} in ${seconds} s · seed ${load.seed} · run ${load.run}`;
}

/** A scheduler lag (p99, ms) above this says that the sender was short of CPU, and not only the gateway slow. */
const calmLag = 10;

/** Warns of a run that measured the machine it was sent from; undefined when the sender kept up. */
export function senderWarning({ lag, load }: LoadReport): string | undefined {
  if (lag === null || lag.p99 <= calmLag) return undefined;
  const advice = load.protocol === 'unary' ? '; --protocol stream costs it less' : '';
  return `The sender itself was up to ${lag.p99.toFixed(0)} ms late (p99): its machine was too busy${advice}.`;
}

/** The report as a person reads it in a terminal. */
export function reportText(report: LoadReport): string {
  const { orders, rate, dispersion } = report;
  const waits: [string, Percentiles][] = [
    ['Scheduler lag', report.lag],
    ['Service time', report.service],
    ['From intended moment', report.fromIntended],
  ];
  const repeats = report.load.keySkew === undefined ? '' : ` · different ${whole(orders.different)}`;
  return [
    `Orders                planned ${whole(orders.planned)} · sent ${whole(orders.sent)} · acknowledged ${whole(orders.acknowledged)}${repeats}`,
    `Rate                  offered ${perSecond(rate.offered)} · sent ${perSecond(rate.sent)} · achieved ${perSecond(rate.achieved)}`,
    `Milliseconds          ${['p50', 'p90', 'p99', 'p99.9', 'max'].map((name) => name.padStart(9)).join('')}`,
    ...waits.map(([name, figures]) => `  ${name.padEnd(20)}${waitColumns(figures)}`),
    `Dispersion            promised ${index(dispersion.promised, 'nothing')} · planned ${index(dispersion.planned, 'unknown')} · sent ${index(dispersion.sent, 'unknown')} (windows of ${(dispersion.window * 1_000).toFixed(0)} ms)`,
    `Not acknowledged      ${shortfall(report) ?? 'none'}`,
    ...[senderWarning(report)].filter((warning) => warning !== undefined),
  ].join('\n');
}

const waitColumns = (figures: Percentiles): string =>
  figures === null ? '        –' : [figures.p50, figures.p90, figures.p99, figures.p999, figures.max].map(ms).join('');

/**
 * A row per order: id, intended, sent and answered in ms from the start, code. Empty where it did not happen.
 * Yields many rows at a time.
 */
export function* reportCsv({ moments }: Plan, outcomes: Outcomes): Generator<string> {
  const { orderIds, sent, answered, codes } = outcomes;
  const ms = (value: number | undefined): string =>
    value === undefined || Number.isNaN(value) ? '' : value.toFixed(3);
  const row = (order: number): string =>
    [orderIds[order], ms(moments[order]), ms(sent[order]), ms(answered[order]), codeWords(codes[order] ?? 0)].join();
  yield 'id,intended,sent,answered,code\n';
  const perChunk = 10_000;
  for (let start = 0; start < moments.length; start += perChunk) {
    const orders = Math.min(perChunk, moments.length - start);
    yield `${Array.from({ length: orders }, (_, offset) => row(start + offset)).join('\n')}\n`;
  }
}
