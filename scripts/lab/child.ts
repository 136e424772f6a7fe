/** A run of the lab as a child process, for the console. It ends early when it is told to, or when its parent is gone. */
import type { LabRequest } from '../../functions/console/labRequest.ts';
import { type LabNews, labReports, type Order } from '../../infra/console/programs.ts';
import { obey } from '../../infra/processes/obey.ts';
import { perform } from './compare.ts';
import { checkOptions, modeOf, runOptions } from './options.ts';
import { makeReport } from './report/make.ts';

const stop = new AbortController();
process.on('SIGTERM', () => stop.abort());

function optionsOf({ message, target, count, rate }: LabRequest) {
  return runOptions(checkOptions({ message, ...modeOf(target), count, rest: 1, ...(rate !== undefined && { rate }) }));
}

type Start = Extract<Order<LabRequest>, { kind: 'start' }>;

async function start({ request, environment }: Start, tell: (news: LabNews) => void): Promise<void> {
  const say = (text: string): void => tell({ kind: 'line', text });
  const results = await perform([optionsOf(request)], {
    signal: stop.signal,
    cutShort: true,
    environment,
    say,
    onProgress: ({ phase, done, of }) => say(`${phase}: ${done} of ${of}`),
  });
  if (results.length > 0) await makeReport(labReports, results);
  tell({ kind: 'ended', exact: results.every(({ proof }) => proof.exact) });
  process.disconnect?.();
}

let started = false;

obey<Order<LabRequest>, LabNews>(async (order, tell) => {
  if (order.kind === 'start') {
    started = true;
    return start(order, tell);
  }
  stop.abort();
  if (started) return;
  tell({ kind: 'ended', exact: true });
  process.disconnect?.();
});
