/** `npm run lab`: see flags.ts for what it can be told. */
import { join } from 'node:path';
import { type KindName, kindNames } from '../../functions/messages/message.ts';
import { readSettings } from '../../functions/settings.ts';
import { EngineFault } from '../../infra/engines/engine.ts';
import { BadInput } from '../load/badInput.ts';
import { save, show } from './commands.ts';
import { perform } from './compare.ts';
import { bringUp } from './engines.ts';
import { type Command, help, readCommand } from './flags.ts';
import { askCommand } from './menu.ts';
import { compareOptions, type Options, produceOptions, runOptions } from './options.ts';
import { type Production, produce } from './produce.ts';
import { progressBar } from './progress.ts';
import type { Result } from './record/result.ts';
import { makeReport, readResults } from './report/make.ts';
import type { RunOptions } from './run.ts';
import { makeTopics } from './topics.ts';

const exitCodes = { good: 0, badInput: 1, notExact: 2, impatient: 130 } as const;

/** The first Ctrl-C or SIGTERM ends what is under way in good order; the second leaves at once. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  const onSignal = (): void => {
    if (stop.signal.aborted) process.exit(exitCodes.impatient);
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  return stop.signal;
}

function kindFrom({ message }: Options): KindName {
  if (!message) throw new BadInput(`say what: ${kindNames.join(' or ')}`);
  return message;
}

async function produceCommand(options: Options, signal: AbortSignal): Promise<void> {
  const kind = kindFrom(options);
  const wanted = produceOptions(kind, options);
  const environment = await bringUp('none', options.durability, console.error);
  const place = readSettings({ ...process.env, ...environment });
  await makeTopics(kind, place);
  const bar = progressBar();
  const onProgress = ({ sent }: Production): void => {
    if (options.count) bar.show('produce', sent, options.count);
  };
  const done = await produce(wanted, { place, signal, log: console.error, onProgress }).finally(() => bar.end());
  const rate = Math.round(done.sent / done.seconds).toLocaleString('en');
  console.log(`${done.sent} messages in ${done.seconds.toFixed(2)} s, ${rate}/s, fingerprint ${done.digest}`);
  if (done.source) console.log(`The stream: ${JSON.stringify(done.source)}`);
}

/** @returns the exit code */
async function measure(runs: readonly RunOptions[], folder: string, signal: AbortSignal): Promise<number> {
  const bar = progressBar();
  const results = await perform(runs, {
    signal,
    say: console.log,
    onProgress: ({ phase, done, of }) => bar.show(phase, done, of),
  }).finally(() => bar.end());
  if (results.length > 0) await report(folder, results);
  return results.every(({ proof }) => proof.exact) ? exitCodes.good : exitCodes.notExact;
}

async function report(folder: string, results: readonly Result[]): Promise<void> {
  console.log((await makeReport(folder, results)).join('\n'));
}

/** @returns the exit code */
async function obey({ action, options }: Command): Promise<number> {
  const signal = stopSignal();
  const folder = options.out ?? join('reports', 'lab');
  if (action === 'help') console.log(help());
  if (action === 'produce') await produceCommand(options, signal);
  if (action === 'show') await show({ kind: kindFrom(options), options, signal });
  if (action === 'save') {
    const { target } = runOptions({ ...options, mode: 'save' });
    await save(target, { kind: kindFrom(options), options, signal });
  }
  if (action === 'run') return measure([runOptions(options)], folder, signal);
  if (action === 'compare') return measure(compareOptions(options), folder, signal);
  if (action === 'report') await report(folder, readResults(folder));
  return exitCodes.good;
}

try {
  const command = readCommand(process.argv.slice(2));
  process.exitCode = await obey(command.action === 'menu' ? await askCommand() : command);
} catch (error) {
  const known = error instanceof BadInput || error instanceof EngineFault;
  if (!known && (error as Error).name !== 'ExitPromptError') throw error;
  if (known) console.error(error.message);
  process.exitCode = exitCodes.badInput;
}
