import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { faults } from './all.ts';
import { planted } from './planted.ts';

const root = join(import.meta.dirname, '..', '..', '..');

for (const { id, changes } of faults) {
  test(`what planted fault ${id} changes stands in the sources, once`, () => {
    for (const change of changes) {
      const source = readFileSync(join(root, change.file), 'utf8');
      assert.notEqual(planted(source, change), source);
    }
  });
}
