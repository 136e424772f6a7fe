/** `npm run bench -- pipeline`: orders finished per second, and what each process costs. */

import { z } from 'zod';
import { flag, listed, oneOf, readCommandLine } from '../../../infra/commandLine.ts';
import { bringEnginesUp } from '../../../infra/system/parts.ts';
import { markdown } from '../markdown.ts';
import { type IntakeRow, measureIntakeAlone } from './intakeRate.ts';
import { measure } from './measure.ts';
import { type Row, rows } from './rows.ts';
import { head, line, type Pair, sketchLine } from './table.ts';
import { measureYardstick } from './yardstick.ts';

const letters = ['a', 'b', 'c', 'd', 'e'] as const;

const commandLine = {
  name: 'npm run bench -- pipeline',
  about: `Orders finished per second, and what each process costs:
  a  waits 0, metrics and e-mail off      b  the same with metrics
  c  waits of 1 s, metrics, by rate       d  the same with e-mails
  e  the gateway alone, nothing reads what it stores: a call each, and by stream
Before each run of a to d a sketch of the pipeline is run, the least that walks orders through their states: ratios are
to it. Figures are medians of the runs, with the least and the most.`,
  flags: {
    only: flag(
      '<rows>',
      'some of them, like a,c',
      listed('is a list like a,c')
        .pipe(z.array(oneOf(letters)))
        .default([...letters]),
    ),
    runs: flag(
      '<n>',
      'of each row, an odd number (usually 3)',
      z
        .string()
        .regex(/^[13579]$/, 'is none of 1, 3, 5, 7, 9')
        .default('3'),
    ),
  },
};

const notes = `
Each row was audited, every order, e-mail and document of it. The clock runs from the first order to the last thing that
arrives; CPU is that of all processes, the client's own included. Orders are all different, each with its key.
Waits of 0 pass by the timers. One broker and one Redis on this machine: an order is answered when it is in the broker's
page cache, and Redis writes to disk each second, so a power cut can lose the last seconds. E-mails go to an inbox on this machine.
`;

const intakeLine = (row: IntakeRow): string[] => [
  `e ${row.way}`,
  String(row.orders),
  row.perSecond.toFixed(0),
  `${row.p50Milliseconds.toFixed(1)} / ${row.p99Milliseconds.toFixed(1)}`,
  row.cpuSecondsPer1000.toFixed(3),
  row.residentMegabytes.toFixed(0),
];

/** Orders of the sketch before each run: some seconds' worth. */
const sketchOrders = 20_000;

/** All rows once, then again: what changes on the machine meanwhile meets every row. */
async function measureRows(chosen: readonly Row[], runs: number): Promise<void> {
  const measured = new Map<string, [Pair, ...Pair[]]>();
  for (let run = 1; run <= runs; run++) {
    for (const row of chosen) {
      console.error(`${row.name}, ${run} of ${runs} …`);
      const sketch = await measureYardstick(sketchOrders);
      const pair = { sketch, result: await measure(row) };
      const known = measured.get(row.name);
      if (known) known.push(pair);
      else measured.set(row.name, [pair]);
    }
  }
  console.log(markdown(head, [...measured.values()].map(line)));
  console.log(`\n${sketchLine([...measured.values()].flat())}${notes}`);
}

/** @param args without the word `pipeline` */
export async function benchPipeline(args: readonly string[]): Promise<void> {
  const { only, runs } = readCommandLine(commandLine, args);
  const chosen = rows.filter(({ name }) => only.some((letter) => name.startsWith(letter)));
  if (chosen.length > 0) {
    await bringEnginesUp({ info() {}, warn: console.warn, error: console.error });
    await measureRows(chosen, Number(runs));
  }
  if (!only.includes('e')) return;
  const intake = [await measureIntakeAlone('unary'), await measureIntakeAlone('stream')];
  console.log(
    markdown(
      ['intake', 'orders', 'orders/s', 'p50 / p99 ms', 'CPU s per 1,000', 'resident MB'],
      intake.map(intakeLine),
    ),
  );
}
