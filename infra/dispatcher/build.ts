/** Makes the JavaScript that is published: Node runs no TypeScript inside node_modules. */
import { rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const outdir = join(here, 'dist');

rmSync(outdir, { recursive: true, force: true });
await build({
  // All in one folder, like the chunks that they share: there the sandbox finds its worker.
  entryPoints: ['plugin', 'host', 'dispatcher', 'config/mapping', 'invoke/worker', 'testing/trigger'].map((name) => ({
    in: join(here, `${name}.ts`),
    out: basename(name),
  })),
  outdir,
  bundle: true,
  splitting: true,
  packages: 'external',
  platform: 'node',
  format: 'esm',
  target: 'node22',
  sourcemap: 'linked',
  sourcesContent: false,
  logLevel: 'warning',
});
