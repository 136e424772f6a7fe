/** Where the command line finds what to run: a folder with serverless.yml, its resolved form, or a template. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { z } from 'zod';
import { flag } from '../commandLine.ts';
import { codeOf, Mistake, messageOf } from '../faults.ts';
import { type Plan, type PlanOptions, planOf } from './config/mapping.ts';
import { customSchema, httpUrl, read } from './config/schema.ts';
import type { Service } from './config/service.ts';
import { templateService } from './config/template/template.ts';
import { parseYaml } from './config/template/yaml.ts';

const text = z.string().optional();
const pairs = z
  .array(z.string().regex(/^[^=]+=/, 'is <name>=<value>'))
  .default([])
  .transform((all) => Object.fromEntries(all.map((pair) => pair.split(/=(.*)/s)) as [name: string, value: string][]));

/** The flags that say it. */
export const sourceFlags = {
  directory: flag('<folder>', 'where serverless.yml is (.)', z.string().default('.')),
  config: flag(
    '<file>',
    'its resolved form as JSON (serverless print --format json), instead of asking serverless',
    text,
  ),
  location: flag(
    '<folder>',
    'where the built code is, from the directory, if it is not the source that runs',
    z.string().default(''),
  ),
  stage: flag('<name>', 'handed on to serverless', text),
  template: flag('<file>', 'a template of SAM or CloudFormation, instead of serverless.yml', text),
  parameters: flag('<name=value...>', "what the template's parameters are, instead of their defaults", pairs),
  settings: flag('<file>', 'YAML with custom: { dispatcher: … } as in serverless.yml, beside a template', text),
  lambda: flag(
    '<url>',
    'read for the event source mappings of this Lambda endpoint as they come, change and go, and call its functions',
    text,
  ),
  brokers: flag('<host:port>', 'the brokers to read from, several with commas between', text),
  endpoint: flag(
    '<url>',
    'call the functions through the Invoke API of a Lambda endpoint, not in threads of this process',
    text,
  ),
};
type Source = { [Name in keyof typeof sourceFlags]: z.output<(typeof sourceFlags)[Name]['is']> };

/** What tells of a service that is there as files. */
export type FileSource = Omit<Source, 'lambda'>;

/**
 * @param signal gives up waiting for serverless
 * @param options as `planOf` takes them
 * @throws Mistake that names the flag, the file or the key at fault
 */
export async function planFrom(
  source: FileSource,
  signal?: AbortSignal,
  options: Pick<PlanOptions, 'given' | 'runs'> = {},
): Promise<Plan> {
  const { endpoint, brokers } = source;
  const directory = resolve(source.directory);
  const template = source.template === undefined ? undefined : resolve(directory, source.template);
  const folder = template === undefined ? directory : dirname(template);
  const found = template
    ? templateService(await textOf(template, '--template'), template, source.parameters)
    : await readService(directory, source, signal);
  const service =
    source.settings === undefined ? found : { ...found, custom: await customOf(source.settings, directory) };
  return planOf(service, join(folder, source.location), { ...options, endpoint, brokers, folder });
}

/**
 * Where the mappings are a Lambda endpoint's.
 * @throws Mistake that names the flag, the file or the key at fault
 */
export async function liveFrom(source: Source) {
  const folder = resolve(source.directory);
  const endpoint = read(httpUrl, source.lambda, '--lambda');
  const others = ['template', 'config', 'endpoint', 'stage'] as const;
  const other = others.find((name) => source[name] !== undefined);
  if (other)
    throw new Mistake('flag', `--${other} and --lambda do not go together: the endpoint says what is to be run`);
  const custom = source.settings === undefined ? {} : await customOf(source.settings, folder);
  const settings = read(customSchema, custom.dispatcher, 'custom.dispatcher');
  return { settings, endpoint, plan: { endpoint, brokers: source.brokers, folder } };
}

const settingsSchema = z.strictObject({ custom: z.strictObject({ dispatcher: z.unknown() }) });

async function customOf(file: string, directory: string): Promise<{ dispatcher?: unknown }> {
  const path = resolve(directory, file);
  return read(settingsSchema, parseYaml(await textOf(path, '--settings'), path), '--settings').custom;
}

async function textOf(file: string, named: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new Mistake('file', `${named}: ${codeOf(error) === 'ENOENT' ? `there is no ${file}` : messageOf(error)}`);
  }
}

/** serverless itself resolves variables and plugins; its own messages go to standard error. */
async function readService(
  directory: string,
  { config, stage }: Pick<Source, 'config' | 'stage'>,
  signal?: AbortSignal,
): Promise<Service> {
  if (config) return jsonOf(await textOf(config, '--config'), config);
  const args = ['print', '--format', 'json', ...(stage ? ['--stage', stage] : [])];
  const local = join(directory, 'node_modules', '.bin', 'serverless');
  const run = (file: string) => promisify(execFile)(file, args, { cwd: directory, maxBuffer: 2 ** 26, signal });
  const { stdout } = await run(local).catch((error) =>
    error.code === 'ENOENT' ? run('serverless') : Promise.reject(error),
  );
  return JSON.parse(stdout.slice(stdout.indexOf('{')));
}

function jsonOf(text: string, file: string): Service {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Mistake('file', `--config: ${file} is no JSON: ${messageOf(error)}`);
  }
}
