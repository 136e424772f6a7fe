/** `npm run bench -- pipeline`: orders finished per second, and what each process costs. */

import { z } from 'zod';
import { flag, listed, oneOf, readCommandLine } from '../../../infra/commandLine.ts';
import { namesOf } from '../../../infra/namesOf.ts';
import { bringEnginesUp } from '../../../infra/system/engines.ts';
import { markdown } from '../markdown.ts';
import { measureRuns, runsFlag } from '../runs.ts';
import { loads, measureIntake } from './intakeRate.ts';
import { measure } from './measure.ts';
import { type Row, rows } from './rows.ts';
import { head, intakeHead, intakeLine, line, type Pair, sketchLine } from './table.ts';
import { measureYardstick, type Yardstick } from './yardstick.ts';

const letters = ['a', 'b', 'c', 'd', 'e'] as const;

const commandLine = {
  name: 'npm run bench -- pipeline',
  about: `Orders finished per second, and what each process costs:
  a  waits 0, metrics and e-mail off      b  the same with metrics
  c  waits of 1 s, metrics, by rate       d  the same with e-mails
  e  the gateway alone, nothing reads what it stores: a call each, and by stream
Before each run of a and b a sketch of the pipeline is run, the least that walks orders through their states, and before
each of e a bare server: ratios are to them. Figures are medians of the runs, with the least and the most. All rows take
some twelve minutes on a machine at rest, with --runs 1 a third of that.`,
  flags: {
    only: flag(
      '<rows>',
      'some of them, like a,c',
      listed('is a list like a,c')
        .pipe(z.array(oneOf(letters)))
        .default([...letters]),
    ),
    runs: runsFlag,
  },
};

const notes = `
Each row was audited, every order, e-mail and document of it. The clock runs from the first order to the last thing that
arrives; CPU is that of all processes, the client's own included. Orders are all different, each with its key.
Waits of 0 pass by the timers. One broker and one Redis on this machine: an order is answered when it is in the broker's
page cache, and Redis writes to disk each second, so a power cut can lose the last seconds. E-mails go to an inbox on this machine.
`;

/** Orders of the sketch before each run: some seconds' worth. */
const sketchOrders = 20_000;

async function measureRows(chosen: readonly Row[], runs: number): Promise<void> {
  let sketch: Yardstick | undefined;
  const measured = await measureRuns(chosen, runs, async (row, run): Promise<Pair> => {
    console.error(`${row.name}, ${run} of ${runs} …`);
    // A rate by the clock is compared by its cost alone, for which the sketch of the same run will do.
    if (!sketch || row === chosen[0] || row.rate === undefined) sketch = await measureYardstick(sketchOrders);
    return { sketch, result: await measure(row) };
  });
  console.log(
    markdown(
      head,
      [...measured].map(([row, pairs]) => line(row, pairs)),
    ),
  );
  console.log(`\n${sketchLine([...measured.values()].flat())}${notes}`);
}

async function measureIntakes(runs: number): Promise<void> {
  const measured = await measureRuns(namesOf(loads), runs, (way, run) => {
    console.error(`e ${way}, ${run} of ${runs} …`);
    return measureIntake(way);
  });
  console.log(
    markdown(
      intakeHead,
      [...measured].map(([way, pairs]) => intakeLine(way, pairs)),
    ),
  );
}

/** @param args without the word `pipeline` */
export async function benchPipeline(args: readonly string[]): Promise<void> {
  const { only, runs } = readCommandLine(commandLine, args);
  const chosen = rows.filter(({ name }) => only.some((letter) => name.startsWith(letter)));
  await bringEnginesUp({ info() {}, warn: console.warn, error: console.error });
  if (chosen.length > 0) await measureRows(chosen, runs);
  if (only.includes('e')) await measureIntakes(runs);
}
