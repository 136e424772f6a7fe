/** GUARANTEES.md names for each promise the tests that show it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const [, section = ''] = /^## What is promised\n([\s\S]*?)^## /m.exec(
  readFileSync(join(root, 'GUARANTEES.md'), 'utf8'),
) ?? [''];

test('each promise names tests that are there', () => {
  const [promises = ''] = section.split('What can be lost');
  const rows = promises.split('\n').filter((line) => line.startsWith('| ') && !/^\| (promise|---) /.test(line));
  assert.ok(rows.length > 5);
  for (const row of rows) {
    const named = [...row.matchAll(/`([^`]+\.test\.ts)`/g)].map(([, file]) => String(file));
    assert.notEqual(named.length, 0, row);
    for (const file of named) assert.ok(existsSync(join(root, file)), file);
  }
});
