/** `npm run bench -- pipeline`: orders finished per second, and what each process costs. */
import { z } from 'zod';
import { flag, listed, readCommandLine } from '../../../infra/commandLine.ts';
import { type IntakeRow, measureIntakeAlone } from './intakeRate.ts';
import { measure, type Result } from './measure.ts';
import { rows } from './rows.ts';

const letters = ['a', 'b', 'c', 'd', 'e'] as const;

const commandLine = {
  name: 'npm run bench -- pipeline',
  about: `Orders finished per second, and what each process costs:
  a  waits 0, metrics and e-mail off      b  the same with metrics
  c  waits of 1 s, metrics, by rate       d  the same with e-mails
  e  intake alone, unary and by stream`,
  flags: {
    only: flag(
      '<rows>',
      'some of them, like a,c',
      listed('is a list like a,c')
        .pipe(z.array(z.enum(letters, { error: ({ input }) => `"${input}" is none of ${letters.join(', ')}` })))
        .default([...letters]),
    ),
  },
};

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
export async function benchPipeline(args: readonly string[]): Promise<void> {
  const { only } = readCommandLine(commandLine, args);
  const results: Result[] = [];
  for (const row of rows.filter(({ name }) => only.some((letter) => name.startsWith(letter)))) {
    console.error(`${row.name} …`);
    results.push(await measure(row));
  }
  if (results.length > 0) print(head, results.map(line));
  if (!only.includes('e')) return;
  const intake = [await measureIntakeAlone('unary'), await measureIntakeAlone('stream')];
  print(['intake', 'orders', 'orders/s', 'p50 / p99 ms', 'CPU s per 1,000', 'resident MB'], intake.map(intakeLine));
}
