import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '..');

/** Whoever knows the name before can put a link there, through which is then written. */
test('nothing here writes to a name in the temporary folder that somebody could foresee', () => {
  const uses = globSync('{functions,infra,scripts,test}/**/*.ts', { cwd: root }).flatMap((path) =>
    [...readFileSync(join(root, path), 'utf8').matchAll(/^.*[^.\w]tmpdir\(\).*$/gm)].map(([line]) => ({ path, line })),
  );
  assert.ok(uses.length > 1);
  for (const { path, line } of uses) assert.match(line, /mkdtemp(Sync)?\(join\(tmpdir\(\), |matchAll/, path);
});
