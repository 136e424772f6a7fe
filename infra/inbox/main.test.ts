import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { ownFolder } from '../ownFolder.fixture.ts';

test('an inbox that is told no number of days does not begin: it would remove every letter, or none ever', async () => {
  const starts = ['0', '-1', 'week'].map((days) => {
    const args = [join(import.meta.dirname, 'main.ts'), ownFolder(), '0', '0', days];
    const told = new RegExp(`DESPACHO_KEEP_LETTERS is "${days}", not a number of days`);
    return assert.rejects(promisify(execFile)(process.execPath, args, { timeout: 20_000 }), told);
  });
  await Promise.all(starts);
});
