import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import {
  existsSync,
  globSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import type { Service } from '../../infra/dispatcher/config/service.ts';
import { buildFunctions } from '../../infra/system/build.ts';

export const root = resolve(import.meta.dirname, '../..');
export const serverlessProgram = resolve(root, 'node_modules/serverless/bin/serverless.js');

/** Stands for the namespace, so that serverless is asked once and not for every system. */
const placeholder = 'placeholder.';

type Functions = Record<string, { handler: string; events?: { kafka?: unknown }[] }>;
export type KafkaService = Service & { functions: Functions };

/** Functions to be replaced: by name, `<path of the module>.<export>`. */
export type Handlers = Readonly<Record<string, string>>;

const folder = join(root, '.esbuild/test');
const day = 24 * 60 * 60 * 1000;
/** Of all that a service is made of: as long as it stays the same, so does what was made of it. */
function fingerprint(): string {
  const hash = createHash('sha256');
  const sources = globSync(['serverless.yml', 'package-lock.json', '{functions,infra,proto,test}/**/*.ts'], {
    cwd: root,
  });
  for (const source of sources.sort()) hash.update(source).update(readFileSync(join(root, source)));
  return hash.digest('hex').slice(0, 16);
}

let made: string | undefined;

/** Where this version of the sources is made. Those of a day ago are of no use any more; younger ones may be in use. */
function home(): string {
  if (made) return made;
  made = join(folder, fingerprint());
  mkdirSync(made, { recursive: true });
  for (const name of readdirSync(folder)) {
    const other = join(folder, name);
    if (other !== made && Date.now() - statSync(other).mtimeMs > day) rmSync(other, { recursive: true, force: true });
  }
  return made;
}

/** What several processes may make at once: each makes its own, and the first one's stays. */
async function once(path: string, make: (path: string) => Promise<void>): Promise<string> {
  if (existsSync(path)) return path;
  const own = join(dirname(path), randomUUID());
  await make(own);
  try {
    renameSync(own, path);
  } catch (error) {
    if (!existsSync(path)) throw error;
    rmSync(own, { recursive: true });
  }
  return path;
}

async function print(file: string): Promise<void> {
  const env = { ...process.env, DESPACHO_NAMESPACE: placeholder };
  const args = [serverlessProgram, 'print', '--format', 'json'];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: root, env, maxBuffer: 2 ** 24 });
  writeFileSync(file, stdout.slice(stdout.indexOf('{')));
}

const kept = new Map<string, Promise<string>>();
function keep(name: string, make: (path: string) => Promise<void>): Promise<string> {
  const path = join(home(), name);
  const known = kept.get(path) ?? once(path, make);
  kept.set(path, known);
  return known;
}

/**
 * The project's serverless.yml as serverless itself resolves it, with the functions that read from Kafka, built as the
 * running system has them: a worker then starts in a third of the time that the source takes.
 * @returns also the folder where the handlers' paths start
 */
export async function builtService(namespace: string, handlers: Handlers = {}) {
  const text = readFileSync(await keep('service.json', print), 'utf8').replaceAll(placeholder, namespace);
  const service = JSON.parse(text) as KafkaService;
  const reading = Object.entries(service.functions)
    .filter(([, { events }]) => events?.some(({ kafka }) => kafka))
    .map(([name, one]) => [name, { ...one, handler: handlers[name] ?? one.handler }] as const);
  const chosen: KafkaService = { ...service, functions: Object.fromEntries(reading) };
  const name = createHash('sha256').update(JSON.stringify(handlers)).digest('hex').slice(0, 8);
  return { service: chosen, directory: await keep(name, (path) => buildFunctions(chosen, root, path)) };
}
