import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { Mistake } from '../../../infra/faults.ts';
import { ownFolder } from '../../../infra/ownFolder.fixture.ts';
import { checkFolder } from './folder.ts';

test('root makes no report where the user of its system could put a link, and anybody else does in any folder', () => {
  const folder = ownFolder();
  const { uid } = statSync(folder);
  for (const path of [folder, join(folder, 'not there')]) {
    assert.throws(() => checkFolder(path, uid), Mistake);
    checkFolder(path, uid + 1);
    checkFolder(path, undefined);
  }
});
