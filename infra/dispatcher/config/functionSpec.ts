import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { FunctionSpec, Functions } from '../invoke/invocation.ts';
import type { Definition, Extra } from './schema.ts';
import type { Service } from './service.ts';

/**
 * What is needed to run a function.
 * @param directory where the handlers' paths start
 * @throws Error naming the key of a handler without a module
 */
export function specOf(
  service: Service,
  name: string,
  definition: Omit<Definition, 'events'>,
  extra: Extra,
  directory: string,
): FunctionSpec {
  const dot = definition.handler.lastIndexOf('.');
  const provider = service.provider ?? {};
  return {
    name: definition.name ?? name,
    file: moduleFile(directory, definition.handler.slice(0, dot), `functions.${name}.handler`),
    handler: definition.handler.slice(dot + 1),
    timeoutSeconds: definition.timeout ?? provider.timeout ?? 6,
    memoryMegabytes: definition.memorySize ?? provider.memorySize ?? 1024,
    environment: plainValues({ ...provider.environment, ...definition.environment }),
    ...(definition.provisionedConcurrency ? { provisionedConcurrency: definition.provisionedConcurrency } : {}),
    ...(extra.concurrencyPerWorker ? { concurrencyPerWorker: extra.concurrencyPerWorker } : {}),
    ...(extra.worker ? { worker: extra.worker } : {}),
  };
}

const extensions = ['.js', '.mjs', '.cjs', '.ts', '.mts', '.cts'];

function moduleFile(directory: string, path: string, at: string): string {
  const base = resolve(join(directory, path));
  const file = extensions.map((extension) => base + extension).find((candidate) => existsSync(candidate));
  if (file) return file;
  throw new Error(`${at}: there is no module ${base}{${extensions.join(',')}}`);
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
    throw new Error(
      `functions.${name}.environment: is another than that of "${other}", with which it shares the worker "${worker}"`,
    );
  }
}
