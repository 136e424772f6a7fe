import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Mistake } from '../../faults.ts';
import type { FunctionSpec, Functions } from '../invoke/invocation.ts';
import { type Extra, functionSchema, read } from './schema.ts';
import type { Service } from './service.ts';

/**
 * What is needed to run a function.
 * @param directory where the handlers' paths start; undefined where an endpoint runs it, whatever it is written in
 * @throws Error naming the key of what cannot run in threads of this process
 */
export function specOf(service: Service, name: string, extra: Extra, directory: string | undefined): FunctionSpec {
  const definition = read(functionSchema, service.functions?.[name] ?? { name }, `functions.${name}`);
  const provider = service.provider ?? {};
  const timeoutSeconds = definition.timeout ?? provider.timeout ?? 6;
  const runtime = definition.runtime ?? provider.runtime;
  const here =
    directory === undefined
      ? { file: '', handler: definition.handler ?? '' }
      : moduleOf(resolve(directory, definition.code ?? ''), definition.handler, runtime, `functions.${name}`);
  return {
    name: definition.name ?? name,
    ...here,
    ...(definition.handler ? { deployedHandler: definition.handler } : {}),
    ...(provider.region ? { region: provider.region } : {}),
    timeoutSeconds: Number(timeoutSeconds),
    memoryMegabytes: Number(definition.memorySize ?? provider.memorySize ?? 1024),
    environment: plainValues({ ...provider.environment, ...definition.environment }),
    ...(definition.provisionedConcurrency ? { provisionedConcurrency: definition.provisionedConcurrency } : {}),
    ...(extra.concurrencyPerWorker ? { concurrencyPerWorker: extra.concurrencyPerWorker } : {}),
    ...(extra.worker ? { worker: extra.worker } : {}),
    ...(extra.clientContext ? { clientContext: true } : {}),
  };
}

const elsewhere = 'to call it through a Lambda endpoint, set custom.dispatcher.endpoint (or --endpoint)';

/** As AWS reads a handler: the module up to the first dot of the file's name, then the path of the export. */
function moduleOf(directory: string, handler: string | undefined, runtime: string | undefined, at: string) {
  if (runtime && !runtime.startsWith('nodejs'))
    throw new Mistake('service', `${at}.runtime: ${runtime} does not run in threads of this process; ${elsewhere}`);
  if (handler === undefined)
    throw new Mistake('service', `${at}.handler: is missing, or the code is in no folder here; ${elsewhere}`);
  const slash = handler.lastIndexOf('/') + 1;
  const [, module, path] = /^([^.]+)\.(.+)$/.exec(handler.slice(slash)) ?? [];
  if (!module || !path) throw new Mistake('service', `${at}.handler: is <path of the module>.<export>; ${elsewhere}`);
  return { file: moduleFile(directory, handler.slice(0, slash) + module, `${at}.handler`), handler: path };
}

const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

function moduleFile(directory: string, path: string, at: string): string {
  const base = resolve(join(directory, path));
  const file = extensions.map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (file) return file;
  throw new Mistake('service', `${at}: there is no module ${base}{${extensions.join(',')}}`);
}

/** Intrinsic functions such as Ref have no value offline, so the variable is left out, not set to nonsense. */
function plainValues(environment: Record<string, unknown>): Record<string, string> {
  const plain = Object.entries(environment).filter(([, value]) => value !== null && typeof value !== 'object');
  return Object.fromEntries(plain.map(([name, value]) => [name, String(value)]));
}

/** @throws Error naming functions that share a worker and ask for different environments: a thread has only one */
export function checkSharing(functions: Functions): void {
  const seen = new Map<string, [name: string, environment: string]>();
  for (const [name, { worker, environment = {} }] of Object.entries(functions)) {
    if (worker === undefined) continue;
    const text = JSON.stringify(Object.entries(environment).sort());
    const [other, theirs] = seen.get(worker) ?? [name, text];
    seen.set(worker, [other, theirs]);
    if (theirs === text) continue;
    throw new Mistake(
      'service',
      `functions.${name}.environment: is another than that of "${other}", with which it shares the worker "${worker}"`,
    );
  }
}
