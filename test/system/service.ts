import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Service } from '../../infra/dispatcher/mapping.ts';
import { buildFunctions } from '../../infra/system/build.ts';

export const root = resolve(import.meta.dirname, '../..');
export const serverlessProgram = resolve(root, 'node_modules/serverless/bin/serverless.js');

/** Stands for the namespace, so that serverless is asked once and not for every system. */
const placeholder = 'placeholder.';

type Functions = Record<string, { handler: string; events?: { kafka?: unknown }[] }>;
export type KafkaService = Service & { functions: Functions };

async function print(): Promise<string> {
  const env = { ...process.env, DESPACHO_NAMESPACE: placeholder };
  const args = [serverlessProgram, 'print', '--format', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 2 ** 24 });
  return stdout.slice(stdout.indexOf('{'));
}

let printed: Promise<string> | undefined;

/** The project's serverless.yml as serverless itself resolves it, with the functions that read from Kafka. */
export async function resolvedService(namespace: string): Promise<KafkaService> {
  printed ??= print();
  const service = JSON.parse((await printed).replaceAll(placeholder, namespace)) as KafkaService;
  const reading = Object.entries(service.functions).filter(([, { events }]) => events?.some(({ kafka }) => kafka));
  return { ...service, functions: Object.fromEntries(reading) };
}

const built = new Map<string, Promise<string>>();

/**
 * The functions as the running system has them: a worker then starts in a third of the time that the source takes.
 * @returns the folder where the handlers' paths start
 */
export function builtFunctions(service: KafkaService): Promise<string> {
  const key = Object.values(service.functions)
    .map(({ handler }) => handler)
    .join();
  const known = built.get(key) ?? build(service);
  built.set(key, known);
  return known;
}

async function build(service: KafkaService): Promise<string> {
  const folder = join(root, '.esbuild', `test-${randomUUID()}`);
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  await buildFunctions(service, root, folder);
  return folder;
}
