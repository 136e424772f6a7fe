/** GUARANTEES.md names for each promise, and for each area of security, the tests that show it. */
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';

const root = join(import.meta.dirname, '..');
const document = readFileSync(join(root, 'GUARANTEES.md'), 'utf8');
const [, section = ''] = /^## What is promised\n([\s\S]*?)^## /m.exec(document) ?? [''];

function namesTests(text: string): void {
  const rows = text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (promise|area|---) /.test(line));
  assert.ok(rows.length > 5);
  for (const row of rows) {
    const named = [...row.matchAll(/`([^`]+\.ts)`/g)].map(([, file]) => String(file));
    assert.ok(
      named.some((file) => file.startsWith('test/') || file.endsWith('.test.ts')),
      row,
    );
    for (const file of named) assert.ok(existsSync(join(root, file)), file);
  }
}

test('each promise names tests that are there', () => namesTests(section.split('What can be lost')[0] ?? ''));

test('each area of security names tests that are there', () => namesTests(document.split('## Security')[1] ?? ''));
