#!/usr/bin/env node
/**
 * Runs the functions of a serverless.yml, or of a template, on Kafka without serverless-offline. Several of these on one machine or on
 * many share the partitions. Ends on SIGTERM and Ctrl-C, when what is in flight is done; the second time at once.
 */
import { z } from 'zod';
import { systemClock } from '../clock.ts';
import { flag, numeric, readCommandLine, toggle } from '../commandLine.ts';
import { endRequest } from '../endRequest.ts';
import { codeOf, Mistake, Trouble } from '../faults.ts';
import { untilAborted } from '../orAborted.ts';
import { runMain } from '../runMain.ts';
import { describePlan, planJson } from './config/describePlan.ts';
import { differences } from './config/differences.ts';
import type { Plan } from './config/mapping.ts';
import { type Dispatcher, startDispatcher } from './dispatcher.ts';
import { printEvent } from './event/command.ts';
import { inspectable } from './invoke/inspect.ts';
import { lineLog, logFormats } from './lineLog.ts';
import { followEndpoint } from './live/follow.ts';
import { lambdaApi } from './live/liveMappings.ts';
import { type Probes, serveProbes } from './probes.ts';
import { liveFrom, planFrom, sourceFlags } from './serviceSource.ts';

const number = 'is not a number from 0 on';
const fromZero = numeric(z.number(number).min(0, number).optional());
const inspectPort = z
  .preprocess((given) => (given === true ? 9229 : given), numeric(z.int(number).min(1, number).max(65_535, number)))
  .optional();
const formats = `is one of ${logFormats.join(' and ')}`;

const commandLine = {
  name: 'kafka-dispatcher',
  about: "Runs functions on Kafka as AWS Lambda's event source mapping would.",
  more: 'kafka-dispatcher event prints an event that a function would get; kafka-dispatcher event --help tells more.',
  flags: {
    ...sourceFlags,
    probes: flag(
      '<port>',
      'answer /health, /ready and /metrics there (9464, or any free one where that is taken)',
      fromZero,
    ),
    drain: flag('<seconds>', 'time for what is in flight when it is told to end (20)', fromZero),
    reload: toggle('load the functions anew when a module of theirs has changed'),
    inspect: flag(
      '[port]',
      'let debuggers into the functions: one worker each, without time-outs, at the free ports from this one on (9229)',
      inspectPort,
    ),
    plan: toggle('show the resolved mappings, and end'),
    json: toggle('with --plan: as JSON, for other programs'),
    log: flag('<text|json>', 'how its log is written (text)', z.enum(logFormats, formats).default('text')),
  },
};

/** Where the probes are looked for unless a port was asked for. */
const usualProbes = 9464;
/** Milliseconds for all but the work in flight: leaving the groups, closing connections. */
const leaving = 8000;

/** As text until the command line is read. */
let log = lineLog('text', process);

/** Before anything is read, so that a port that is taken ends nobody's work. */
async function bindProbes(dispatcher: () => Dispatcher | undefined, asked: number | undefined): Promise<Probes> {
  const port = asked ?? usualProbes;
  try {
    return await serveProbes(dispatcher, port);
  } catch (error) {
    if (codeOf(error) !== 'EADDRINUSE') throw error;
    if (asked === undefined) return serveProbes(dispatcher, 0);
    throw new Trouble(
      'machine',
      `--probes: something else listens at port ${port}; name another, or 0 for any that is free`,
    );
  }
}

async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'event') {
    // Standard output is the event's.
    log = lineLog('text', { stdout: process.stderr, stderr: process.stderr });
    return printEvent(args, endRequest(leaving), log);
  }
  const flags = readCommandLine(commandLine);
  log = lineLog(flags.log, process);
  const drain = (flags.drain ?? 20) * 1000;
  const signal = endRequest(drain + leaving);
  const start = flags.lambda === undefined ? await ofService(flags, signal) : await ofEndpoint(flags, drain, signal);
  if (!start) return;
  let dispatcher: Dispatcher | undefined;
  const probes = await bindProbes(() => dispatcher, flags.probes);
  log.info(`dispatcher: probes on port ${probes.port}`);
  dispatcher = await start();
  log.info('dispatcher: ready');
  await untilAborted(signal);
  const { milliseconds, abandoned } = await dispatcher.drain(drain);
  log.info(`dispatcher: drained in ${milliseconds} ms, ${abandoned} records will be delivered again`);
}

type Flags = ReturnType<typeof readCommandLine<typeof commandLine.flags>>;
type Start = () => Promise<Dispatcher>;

/** @returns undefined where only the plan was asked for */
async function ofService(flags: Flags, signal: AbortSignal): Promise<Start | undefined> {
  const plan = await planFrom(flags, signal);
  if (flags.plan) return void process.stdout.write(flags.json ? planJson(plan) : describePlan(plan));
  for (const difference of differences(plan)) log.info(difference);
  const run = flags.inspect === undefined ? plan : await inspected(plan, flags.inspect);
  return () => startDispatcher({ ...run, reload: flags.reload, log, signal });
}

async function inspected(plan: Plan, from: number): Promise<Plan> {
  if (plan.endpoint) throw new Mistake('flag', '--inspect: the functions run behind the endpoint, not here');
  const run = await inspectable(plan, from);
  for (const [name, { inspectPort }] of Object.entries(run.functions))
    log.info(`dispatcher: ${name} can be debugged at 127.0.0.1:${inspectPort}`);
  return run;
}

async function ofEndpoint(flags: Flags, drain: number, signal: AbortSignal): Promise<Start> {
  if (flags.plan) throw new Mistake('flag', '--plan and --lambda do not go together: its mappings come and go');
  if (flags.inspect !== undefined)
    throw new Mistake('flag', '--inspect: the functions run behind the endpoint, not here');
  const { endpoint, ...live } = await liveFrom(flags);
  return async () =>
    followEndpoint({ ...live, api: await lambdaApi(endpoint), drain, log, signal, clock: systemClock });
}

runMain(main, { say: (message) => log.error(`dispatcher: ${message}`) });
