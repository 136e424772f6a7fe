import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';

const root = resolve(import.meta.dirname, '..');

/** Files of unit tests share a process: outside of a suite, such a hook runs around each test of all of them. */
test('no unit test, and nothing that helps one, has a hook for each test', () => {
  const files = globSync('{functions,infra,scripts}/**/*.{test,fixture}.ts', { cwd: root });
  assert.ok(files.length > 200);
  const hooks = /\b(before|after)Each\b[^;]* from 'node:test'/;
  const found = files
    .filter((file) => !file.endsWith('.engine.test.ts'))
    .filter((file) => hooks.test(readFileSync(join(root, file), 'utf8')));
  assert.deepEqual(found, []);
});
