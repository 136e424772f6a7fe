import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { readSettings } from '../../functions/settings.ts';
import { dashed } from '../../infra/commandLine.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { codeOf, Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { showProgress } from '../progress.ts';
import { type Outputs, readFlags } from './flags.ts';
import { reportPage } from './html.ts';
import { keep } from './keep.ts';
import type { Outcomes } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { progressLine } from './progress.ts';
import { planLine, reportCsv, reportText } from './report.ts';
import { runLoad } from './run.ts';

const exitCodes = { allAcknowledged: 0, someNot: 1 } as const;

/** Milliseconds for what is in flight to be answered and the report to be kept, once the end was asked for. */
const endMilliseconds = 60_000;

async function main(): Promise<number> {
  const { load, outputs } = readFlags();
  checkWritable(outputs);
  const settings = readSettings();
  const shown = showProgress();
  const report = await runLoad(load, {
    onPlan: (planned) => console.log(planLine(planned)),
    onProgress: (progress) =>
      shown.show({ text: progressLine(progress), done: progress.elapsed, of: progress.seconds }),
    async onOutcomes(finished) {
      shown.end();
      if (outputs.csvOut) writeOrders(outputs.csvOut, finished.plan, finished.outcomes);
      const fault = await keep(finished, settings);
      if (fault) console.error(fault);
    },
    signal: endRequest(endMilliseconds),
  }).finally(shown.end);
  console.log(reportText(report));
  if (outputs.json) writeFileSync(outputs.json, `${JSON.stringify(report, null, 2)}\n`);
  if (outputs.html) writeFileSync(outputs.html, await reportPage(report));
  return report.orders.acknowledged === report.orders.planned ? exitCodes.allAcknowledged : exitCodes.someNot;
}

/** Finds out before the load, rather than after, that a report cannot be written. */
function checkWritable(outputs: Outputs): void {
  for (const [name, file] of Object.entries(outputs)) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      closeSync(openSync(file, 'a'));
    } catch (error) {
      throw new Mistake('file', `--${dashed(name)} ${file}: cannot be written (${codeOf(error)})`);
    }
  }
}

function writeOrders(file: string, plan: Plan, outcomes: Outcomes): void {
  const out = openSync(file, 'w');
  for (const rows of reportCsv(plan, outcomes)) writeSync(out, rows);
  closeSync(out);
}

runMain(main);
