/** What a browser loads: scripts and styles, each bundled from its first file into one text. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { build, type Plugin } from 'esbuild';

/**
 * @param file a page's first script (`.ts`) or style sheet (`.css`)
 * @returns it with everything that it imports, as browsers of the last years take it
 */
export async function bundled(file: string): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [file],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    legalComments: 'inline',
    logLevel: 'error',
  });
  const [made] = outputFiles;
  if (!made) throw new Error(`esbuild made nothing of ${file}`);
  return made.text;
}

const isSource = (file: string): boolean => /\.(ts|css)$/.test(file);

/** Lets a function import what it serves as a text: `./page/main.ts?text` is the bundle, `./icon.svg?text` the file. */
export const pageTexts: Plugin = {
  name: 'page-texts',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: /\?text$/ }, ({ path, resolveDir }) => ({
      path: resolve(resolveDir, path.replace(/\?text$/, '')),
      namespace: 'page-text',
    }));
    onLoad({ filter: /./, namespace: 'page-text' }, async ({ path }) => ({
      contents: isSource(path) ? await bundled(path) : await readFile(path, 'utf8'),
      loader: 'text',
    }));
  },
};

/** As serverless-esbuild takes them, by its name in serverless.yml. @public */
export default [pageTexts];
