import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, realpathSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { ownFolder } from '../ownFolder.fixture.ts';
import { writeNew } from './writeNew.ts';

test('what is written for an engine goes through no link, be it the file or its folder', () => {
  const folder = realpathSync(ownFolder());
  const [data, elsewhere] = [join(folder, 'data'), join(folder, 'elsewhere')];
  for (const one of [data, elsewhere]) mkdirSync(one);
  const theirs = join(elsewhere, 'settings');
  writeFileSync(theirs, 'theirs');
  symlinkSync(theirs, join(data, 'settings'));
  symlinkSync(elsewhere, join(data, 'config'));

  writeNew(join(data, 'settings'), 'ours');
  assert.throws(() => writeNew(join(data, 'config', 'settings'), 'ours'), /config is a link: remove it/);
  assert.throws(() => writeNew(join(data, 'config', 'other'), 'ours'), /config is a link: remove it/);

  assert.equal(readFileSync(theirs, 'utf8'), 'theirs');
  assert.deepEqual(readdirSync(elsewhere), ['settings']);
  assert.equal(readFileSync(join(data, 'settings'), 'utf8'), 'ours');
  assert.equal(statSync(join(data, 'settings')).mode & 0o777, 0o600);
});
