import { existsSync, rmSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { build, stop } from 'esbuild';

type Service = {
  functions?: Record<string, unknown>;
  custom?: Record<string, unknown>;
};

/** The module of each handler: `functions/orders/ship.handler` is made from `functions/orders/ship.ts`. */
function entriesOf({ functions = {} }: Service, directory: string): string[] {
  const handlers = Object.values(functions).map((one) => (one as { handler: string }).handler);
  return [
    ...new Set(handlers.map((handler) => resolve(directory, `${handler.slice(0, handler.lastIndexOf('.'))}.ts`))),
  ];
}

/**
 * Builds every function in one go, what they share in files of its own: a tenth of the time and memory of a bundle
 * for each, which only a package needs. Told to serverless-offline and the dispatcher by `location`.
 * @returns the folder that it made
 */
export async function buildFunctions(service: Service, directory: string): Promise<string> {
  const entryPoints = entriesOf(service, directory);
  // Systems of different namespaces can run from one folder; what an earlier one left there is of no use.
  const folder = `.esbuild/${service.custom?.namespace ?? ''}offline`;
  const made = resolve(directory, folder);
  rmSync(made, { recursive: true, force: true });
  const missing = entryPoints.find((file) => !existsSync(file));
  if (missing) throw new Error(`serverless.yml names a handler in ${relative(directory, missing)}, which is not there`);
  const options = service.custom?.esbuild as { target: string; banner: { js: string } };
  try {
    await build({
      entryPoints,
      absWorkingDir: directory,
      outdir: folder,
      outbase: directory,
      bundle: true,
      splitting: true,
      format: 'esm',
      platform: 'node',
      target: options.target,
      banner: options.banner,
      keepNames: true,
      // The sources are at hand: with a copy of them in the map each worker would hold megabytes of text.
      sourcemap: 'linked',
      sourcesContent: false,
      logLevel: 'error',
    });
  } finally {
    // The bundler's own process would keep its memory until the end.
    await stop();
  }
  const custom = service.custom ?? {};
  service.custom = {
    ...custom,
    'serverless-offline': { ...(custom['serverless-offline'] as object), location: folder },
  };
  return made;
}
