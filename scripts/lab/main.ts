/** `npm run lab`: see flags.ts for what it can be told. */
import { join } from 'node:path';
import { type KindName, kindNames } from '../../functions/messages/message.ts';
import { readSettings } from '../../functions/settings.ts';
import { endRequest } from '../../infra/endRequest.ts';
import { Mistake } from '../../infra/faults.ts';
import { runMain } from '../../infra/runMain.ts';
import { type Step, showProgress } from '../progress.ts';
import { whole } from '../wholeFigure.ts';
import { save, show } from './commands.ts';
import { perform } from './compare.ts';
import { bringUpEngines } from './engines.ts';
import { type Command, readCommand } from './flags.ts';
import { askCommand } from './menu.ts';
import { compareOptions, type Options, produceOptions, type RunOptions, runOptions } from './options.ts';
import { type Production, produce } from './produce.ts';
import type { Result } from './record/result.ts';
import { checkFolder } from './report/folder.ts';
import { makeReport, readResults } from './report/make.ts';
import { makeTopics } from './topics.ts';

const exitCodes = { good: 0, notExact: 1 } as const;

/** Milliseconds for what is under way to come to its end in good order, once that was asked for. */
const endMilliseconds = 900_000;

function kindFrom({ message }: Options): KindName {
  if (!message) throw new Mistake('flag', `say what: ${kindNames.join(' or ')}`);
  return message;
}

const step = (phase: string, done: number, of: number): Step => ({ text: `${phase}: ${done} of ${of}`, done, of });

async function produceCommand(options: Options, signal: AbortSignal): Promise<void> {
  const kind = kindFrom(options);
  const wanted = produceOptions(kind, options);
  const { environment } = await bringUpEngines('none', options.durability, console.error);
  const place = readSettings({ ...process.env, ...environment });
  await makeTopics(kind, place);
  const progress = showProgress();
  const onProgress = ({ sent }: Production): void => {
    if (options.count) progress.show(step('produce', sent, options.count));
  };
  const done = await produce(wanted, { place, signal, log: console.error, onProgress }).finally(() => progress.end());
  const rate = whole(done.sent / done.seconds);
  console.log(`${done.sent} messages in ${done.seconds.toFixed(2)} s, ${rate}/s, fingerprint ${done.digest}`);
  if (done.source) console.log(`The stream: ${JSON.stringify(done.source)}`);
}

async function measure(runs: readonly RunOptions[], folder: string, signal: AbortSignal): Promise<number> {
  const progress = showProgress();
  const results = await perform(runs, {
    signal,
    say: console.log,
    onProgress: ({ phase, done, of }) => progress.show(step(phase, done, of)),
  }).finally(() => progress.end());
  if (results.length > 0) await report(folder, results);
  return results.every(({ proof }) => proof.exact) ? exitCodes.good : exitCodes.notExact;
}

async function report(folder: string, results: readonly Result[]): Promise<void> {
  console.log((await makeReport(folder, results)).join('\n'));
}

async function obey({ action, options }: Command): Promise<number> {
  const signal = endRequest(endMilliseconds);
  const folder = options.out ?? join('reports', 'lab');
  if (action === 'produce') await produceCommand(options, signal);
  if (action === 'show') await show({ kind: kindFrom(options), options, signal });
  if (action === 'save') {
    const { target } = runOptions({ ...options, mode: 'save' });
    await save(target, { kind: kindFrom(options), options, signal });
  }
  if (action === 'run' || action === 'compare' || action === 'report') checkFolder(folder);
  if (action === 'run') return measure([runOptions(options)], folder, signal);
  if (action === 'compare') return measure(compareOptions(options), folder, signal);
  if (action === 'report') await report(folder, readResults(folder));
  return exitCodes.good;
}

runMain(async () => obey(readCommand() ?? (await askCommand())));
