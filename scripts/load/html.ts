import { join } from 'node:path';
import { html, raw } from 'hono/html';
import type { Html } from '../../functions/pages/html.ts';
import { whole } from '../wholeFigure.ts';
import { cells, wholePage } from '../wholePage.ts';
import { planLine, senderWarning, shortfall } from './report.ts';
import type { LoadReport } from './run.ts';
import type { Percentiles } from './waits.ts';

/** What the page draws its plots from. */
export type PlotFigures = Pick<LoadReport, 'seconds' | 'perSecond' | 'histogram'>;

const decimals = (value: number): string => value.toFixed(value < 100 ? 2 : 0);
const index = (value: number | null): string => value?.toFixed(2) ?? '–';

const tile = (name: string, value: string, bad = false): Html =>
  html`<div class="tile${bad ? ' bad' : ''}"><b>${value}</b><span>${name}</span></div>`;

function waitRow(name: string, waits: Percentiles): Html {
  const values = waits && [waits.p50, waits.p90, waits.p99, waits.p999, waits.max, waits.mean].map(decimals);
  return cells('td', [name, ...(values ?? Array<string>(6).fill('–'))]);
}

function waitTable({ lag, service, fromIntended }: LoadReport): Html {
  return html`<div class="wide"><table>
${cells('th', ['Milliseconds', 'p50', 'p90', 'p99', 'p99.9', 'max', 'mean'])}
${waitRow('Planned → acknowledged', fromIntended)}
${waitRow('Sent → acknowledged', service)}
${waitRow('Planned → sent', lag)}
</table></div>`;
}

function tiles({ orders, rate, fromIntended, dispersion }: LoadReport): Html {
  const missing = orders.planned - orders.acknowledged;
  return html`<div class="tiles">
${tile('orders planned', whole(orders.planned))}
${tile('orders acknowledged', whole(orders.acknowledged), missing > 0)}
${tile('orders/s offered', decimals(rate.offered))}
${tile('orders/s achieved', decimals(rate.achieved))}
${tile('ms p99 from the intended moment', fromIntended ? decimals(fromIntended.p99) : '–')}
${tile(`dispersion sent; planned ${index(dispersion.planned)}, promised ${index(dispersion.promised)}`, index(dispersion.sent))}
</div>`;
}

function errorPart(report: LoadReport): Html {
  const why = shortfall(report);
  if (why === undefined) return html`<p>None: every planned order was acknowledged.</p>`;
  const rows = report.errors.map(({ code, orders, reason }) => cells('td', [code, whole(orders), reason]));
  const table = html`<table class="words">${cells('th', ['gRPC code', 'orders', 'first reason'])}${rows}</table>`;
  return html`<p>${why}</p><div class="plot" id="errors"></div>${rows.length > 0 ? table : ''}`;
}

/** The report as one page: plots, figures, light and dark, wide and narrow screens. */
export function reportPage(report: LoadReport): Promise<string> {
  const { load, seconds, perSecond, histogram } = report;
  const figures: PlotFigures = { seconds, perSecond, histogram };
  const data = JSON.stringify(figures).replaceAll('<', '\\u003c');
  const body = html`<h1>Load ${load.run}</h1>
<p>${planLine(report)}</p>
<p>Started ${report.startedAt}${report.stopped ? ', stopped before its end' : ''}. At most ${whole(load.maxInFlight)} orders in flight, by ${load.protocol} calls. ${senderWarning(report) ?? ''}</p>
${tiles(report)}
<h2>Orders over time</h2>
<div class="plot" id="rates"></div>
<h2>From the intended moment to the acknowledgement, over time</h2>
<div class="plot" id="waits"></div>
<h2>How long the orders took</h2>
<div class="plot" id="histogram"></div>
${waitTable(report)}
<h2>Orders that were not acknowledged</h2>
${errorPart(report)}
<script type="application/json" id="data">${raw(data)}</script>`;
  return wholePage(join(import.meta.dirname, 'page'), { language: 'en', title: `Load ${load.run}`, body });
}
