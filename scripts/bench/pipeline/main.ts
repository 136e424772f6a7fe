/** `npm run bench -- pipeline`: orders finished per second, and what each process costs. */
import { parseArgs } from 'node:util';
import { type IntakeRow, measureIntakeAlone } from './intakeRate.ts';
import { measure, type Result } from './measure.ts';
import { rows } from './rows.ts';

const usage = `npm run bench -- pipeline [--only a,b,c,d,e]
  a  waits 0, metrics and e-mail off      b  the same with metrics
  c  waits of 1 s, metrics, by rate       d  the same with e-mails
  e  intake alone, unary and by stream`;

const print = (head: readonly string[], body: readonly (readonly string[])[]): void => {
  const lines = [head, head.map(() => '---'), ...body];
  console.log(lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n'));
};

const processes = ['system', 'kafka', 'redis', 'elasticsearch', 'inbox'];

function line(result: Result): string[] {
  const { timerLateness: timer, stepLateness: step } = result;
  const of = (values: Record<string, number>, digits: number) =>
    processes.map((name) => (values[name] ?? 0).toFixed(digits)).join(' / ');
  return [
    result.name,
    String(result.orders),
    result.finishedPerSecond.toFixed(0),
    result.wait ? `${timer.p50} / ${timer.p99} / ${timer.max}` : '',
    result.wait ? `${step.p50} / ${step.p99} / ${step.max}` : '',
    of(result.cpuSecondsPer1000, 2),
    of(result.residentMegabytes, 0),
  ];
}

const head = [
  'row',
  'orders',
  'finished/s',
  'timer lateness p50 / p99 / max, ms',
  'step lateness, ms',
  `CPU s per 1,000 orders: ${processes.join(' / ')}`,
  'resident MB, the same',
];

const intakeLine = (row: IntakeRow): string[] => [
  `e ${row.way}`,
  String(row.orders),
  row.perSecond.toFixed(0),
  `${row.p50Milliseconds.toFixed(1)} / ${row.p99Milliseconds.toFixed(1)}`,
  row.cpuSecondsPer1000.toFixed(3),
  row.residentMegabytes.toFixed(0),
];

/** @param args without the word `pipeline` */
export async function benchPipeline(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: { only: { type: 'string', default: 'a,b,c,d,e' }, help: { type: 'boolean', default: false } },
  });
  const only = values.only.split(',');
  const unknown = only.find((name) => !/^[a-e]$/.test(name));
  if (values.help) return console.log(usage);
  if (unknown !== undefined) throw new Error(`--only: "${unknown}" is none of a, b, c, d, e`);
  const results: Result[] = [];
  for (const row of rows.filter(({ name }) => only.includes(name.slice(0, 1)))) {
    console.error(`${row.name} …`);
    results.push(await measure(row));
  }
  if (results.length > 0) print(head, results.map(line));
  if (!only.includes('e')) return;
  const intake = [await measureIntakeAlone('unary'), await measureIntakeAlone('stream')];
  print(['intake', 'orders', 'orders/s', 'p50 / p99 ms', 'CPU s per 1,000', 'resident MB'], intake.map(intakeLine));
}
