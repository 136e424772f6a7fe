#!/usr/bin/env node
/**
 * Runs the functions of a serverless.yml on Kafka without serverless-offline. Several of these on one machine or on
 * many share the partitions. Ends on SIGTERM and Ctrl-C, when what is in flight is done.
 */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs, promisify } from 'node:util';
import { describePlan } from './config/describePlan.ts';
import { differences } from './config/differences.ts';
import { planOf } from './config/mapping.ts';
import type { Service } from './config/service.ts';
import { startDispatcher } from './dispatcher.ts';
import { serveProbes } from './probes.ts';
import type { Logger } from './stats.ts';

const usage = `Runs functions on Kafka as AWS Lambda's event source mapping would.

  --directory <folder>    where serverless.yml is (.)
  --config <file>         its resolved form as JSON (serverless print --format json), instead of asking serverless
  --location <folder>     where the built code is, from the directory, if it is not the source that runs
  --stage <name>          handed on to serverless
  --endpoint <url>        call the functions through the Invoke API of a Lambda endpoint, not in threads of this process
  --probes <port>         answer /health, /ready and /metrics there (9464; 0 takes any free one)
  --drain <seconds>       time for what is in flight when it is told to end (20)
  --plan                  show the resolved mappings, and end
`;

const options = {
  directory: { type: 'string', default: '.' },
  config: { type: 'string' },
  location: { type: 'string', default: '' },
  stage: { type: 'string' },
  endpoint: { type: 'string' },
  probes: { type: 'string', default: '9464' },
  drain: { type: 'string', default: '20' },
  plan: { type: 'boolean', default: false },
  help: { type: 'boolean', default: false },
} as const;

const line = (stream: NodeJS.WriteStream) => (message: string) => void stream.write(`${message}\n`);
const log: Logger = { info: line(process.stdout), warn: line(process.stderr), error: line(process.stderr) };

function numberOf(flag: string, text: string): number {
  const number = Number(text);
  if (text !== '' && number >= 0) return number;
  throw new Error(`--${flag}: "${text}" is not a number from 0 on`);
}

/** serverless itself resolves variables and plugins; its own messages go to standard error. */
async function readService(directory: string, config: string | undefined, stage: string | undefined): Promise<Service> {
  if (config) return JSON.parse(await readFile(config, 'utf8')) as Service;
  const args = ['print', '--format', 'json', ...(stage ? ['--stage', stage] : [])];
  const local = join(directory, 'node_modules', '.bin', 'serverless');
  const run = (file: string) => promisify(execFile)(file, args, { cwd: directory, maxBuffer: 2 ** 26 });
  const { stdout } = await run(local).catch((error) =>
    error.code === 'ENOENT' ? run('serverless') : Promise.reject(error),
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{'))) as Service;
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options });
  if (values.help) return void process.stdout.write(usage);
  const [port, drain] = [numberOf('probes', values.probes), numberOf('drain', values.drain)];
  const told = Promise.race(['SIGTERM', 'SIGINT'].map((signal) => new Promise((end) => process.once(signal, end))));
  const directory = resolve(values.directory);
  const service = await readService(directory, values.config, values.stage);
  const plan = planOf(service, join(directory, values.location), { endpoint: values.endpoint });
  if (values.plan) return void process.stdout.write(describePlan(plan));
  for (const difference of differences(plan)) log.info(difference);
  const dispatcher = await startDispatcher({ ...plan, log });
  const probes = await serveProbes(dispatcher, port);
  log.info(`dispatcher: ready, probes on port ${probes.port}`);
  await told;
  const { milliseconds, abandoned } = await dispatcher.drain(drain * 1000);
  await probes.close();
  log.info(`dispatcher: drained in ${milliseconds} ms, ${abandoned} records will be delivered again`);
}

main().then(
  () => process.exit(0),
  (error) => {
    log.error(`dispatcher: ${error instanceof Error ? error.message : error}`);
    process.exit(1);
  },
);
