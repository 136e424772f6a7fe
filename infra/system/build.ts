import { existsSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { build, stop } from 'esbuild';

type Service = {
  functions?: Record<string, unknown>;
  custom?: Record<string, unknown>;
};

const folder = '.esbuild/offline';

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
 */
export async function buildFunctions(service: Service, directory: string): Promise<void> {
  const entryPoints = entriesOf(service, directory);
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
}
