/** Makes the JavaScript that is published: Node runs no TypeScript inside node_modules. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const here = import.meta.dirname;
const outdir = join(here, 'dist');

rmSync(outdir, { recursive: true, force: true });
await build({
  entryPoints: ['plugin', 'host', 'worker', 'dispatcher', 'mapping'].map((name) => join(here, `${name}.ts`)),
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
