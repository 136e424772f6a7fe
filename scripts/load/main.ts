import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { systemClock } from '../../infra/clock.ts';
import { BadInput } from './badInput.ts';
import { help, type Outputs, readFlags } from './flags.ts';
import { Unreachable } from './gatewayClient.ts';
import { reportPage } from './html.ts';
import { keep } from './keep.ts';
import { loadSettings } from './options.ts';
import type { Outcomes } from './outcomes.ts';
import type { Plan } from './plan.ts';
import { newProgressLine } from './progress.ts';
import { planLine, reportCsv, reportText } from './report.ts';
import { runLoad } from './run.ts';

const exitCodes = { allAcknowledged: 0, badInput: 1, someNot: 2, impatient: 130 } as const;

/** ms within which two signals are one Ctrl-C: the terminal and a parent such as npm may both pass it on. */
const oneKeyPress = 500;

/** @returns the exit code */
async function main(args: readonly string[]): Promise<number> {
  const read = readFlags(args);
  if (read === 'help') {
    process.stdout.write(help());
    return exitCodes.allAcknowledged;
  }
  const { load, outputs } = read;
  checkWritable(outputs);
  const settings = loadSettings();
  const line = newProgressLine(process.stderr);
  const report = await runLoad(load, {
    onPlan: (planned) => console.log(planLine(planned)),
    onProgress: line.show,
    async onOutcomes(finished) {
      line.end();
      if (outputs.csvOut) writeOrders(outputs.csvOut, finished.plan, finished.outcomes);
      const fault = await keep(finished, settings);
      if (fault) console.error(fault);
    },
    signal: stopSignal(),
  }).finally(line.end);
  console.log(reportText(report));
  if (outputs.json) writeFileSync(outputs.json, `${JSON.stringify(report, null, 2)}\n`);
  if (outputs.html) writeFileSync(outputs.html, await reportPage(report));
  return report.orders.acknowledged === report.orders.planned ? exitCodes.allAcknowledged : exitCodes.someNot;
}

/** Finds out before the load, rather than after, that a report cannot be written. */
function checkWritable(outputs: Outputs): void {
  const flags = { json: '--json', csvOut: '--csv-out', html: '--html' };
  for (const [name, file] of Object.entries(outputs)) {
    try {
      mkdirSync(dirname(file), { recursive: true });
      closeSync(openSync(file, 'a'));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new BadInput(`${flags[name as keyof Outputs]} ${file}: cannot be written (${code})`);
    }
  }
}

function writeOrders(file: string, plan: Plan, outcomes: Outcomes): void {
  const out = openSync(file, 'w');
  for (const rows of reportCsv(plan, outcomes)) writeSync(out, rows);
  closeSync(out);
}

/** The first Ctrl-C or SIGTERM stops the sending; the second leaves at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  let first = 0;
  const onSignal = (): void => {
    if (stop.signal.aborted && systemClock.monotonic() - first > oneKeyPress) process.exit(exitCodes.impatient);
    if (!stop.signal.aborted) first = systemClock.monotonic();
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return stop.signal;
}

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof BadInput || error instanceof Unreachable)) throw error;
  console.error(error.message);
  process.exitCode = error instanceof BadInput ? exitCodes.badInput : exitCodes.someNot;
}
