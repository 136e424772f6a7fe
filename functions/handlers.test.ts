import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { z } from 'zod';

const root = join(import.meta.dirname, '..');
const serviceSchema = z.looseObject({ functions: z.record(z.string(), z.looseObject({ handler: z.string() })) });

/**
 * From the sources: what is used before it is made is an error there, and undefined in a bundle. It ends by itself, since some
 * connect when they are loaded.
 */
const loads = `
import { registerHooks } from 'node:module';
const text = { format: 'module', source: 'export default ""', shortCircuit: true };
registerHooks({ load: (url, context, next) => (url.endsWith('?text') ? text : next(url, context)) });
for (const [file, name] of JSON.parse(process.argv[1])) {
  const { [name]: handler } = await import(file);
  if (typeof handler !== 'function') throw new Error(file + ' exports no function ' + name);
}
process.exit(0);`;

test('every handler that serverless.yml names loads', () => {
  const { functions } = serviceSchema.parse(parse(readFileSync(join(root, 'serverless.yml'), 'utf8')));
  const files = Object.values(functions).map(({ handler }) => {
    const dot = handler.lastIndexOf('.');
    return [join(root, `${handler.slice(0, dot)}.ts`), handler.slice(dot + 1)];
  });
  assert.ok(files.length > 10);
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', loads, JSON.stringify(files)],
    { cwd: root, encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
});
